# title: a class with private state
# exam: stack
# expect: passed
class Stack:
    __slots__ = ('__items',)

    def __init__(self):
        self.__items = []

    def push(self, value):
        self.__items.append(value)

    def pop(self):
        return self.__items.pop()

    def peek(self):
        return self.__items[-1]

    def __len__(self):
        return len(self.__items)
