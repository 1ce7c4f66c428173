# title: a stack that lies about its length and its items
# exam: stack
# expect: wrong|raised
class Stack:
    def __init__(self):
        self.asked = 0

    def push(self, value):
        self.asked += 1

    def pop(self):
        return AlwaysEqual()

    peek = pop

    def __len__(self):
        return self.asked

class AlwaysEqual:
    def __eq__(self, other):
        return True
