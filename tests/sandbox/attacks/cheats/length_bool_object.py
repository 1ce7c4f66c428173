# title: len() answered by an object with a lying index
# exam: stack
# expect: wrong|raised|policy
class Zero(int):
    def __eq__(self, other):
        return True
    __hash__ = int.__hash__

class Stack:
    def push(self, value):
        pass
    def pop(self):
        return Zero(9)
    peek = pop
    def __len__(self):
        return Zero(0)
