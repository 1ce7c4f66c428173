# title: a stack that is a list
# exam: stack
# expect: passed
class Stack(list):
    push = list.append

    def peek(self):
        return self[-1]
