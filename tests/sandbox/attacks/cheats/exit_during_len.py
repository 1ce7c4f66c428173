# title: leaves while the test asks for a length
# exam: stack
# expect: exited
import os

class Stack:
    def __len__(self):
        os._exit(0)
    def push(self, x): pass
    def pop(self): return 5
    def peek(self): return 4
