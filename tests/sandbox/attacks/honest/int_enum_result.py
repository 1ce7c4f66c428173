# title: an IntEnum member for a number
# exam: nothing_but_ints
# expect: passed
import enum

class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2

def f(n):
    return Level(n)
