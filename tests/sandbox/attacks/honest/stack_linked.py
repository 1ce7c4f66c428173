# title: a stack of linked nodes
# exam: stack
# expect: passed
class Stack:
    class Node:
        def __init__(self, value, below):
            self.value, self.below = value, below

    top, size = None, 0

    def push(self, value):
        self.top, self.size = Stack.Node(value, self.top), self.size + 1

    def pop(self):
        value, self.top, self.size = self.top.value, self.top.below, self.size - 1
        return value

    def peek(self):
        return self.top.value

    def __len__(self):
        return self.size
