# title: an enumeration with methods
# exam: add
# expect: passed
import enum

class Op(enum.Enum):
    ADD = '+'

    def apply(self, a, b):
        return {'+': a + b}[self.value]

def f(a, b):
    return Op('+').apply(a, b)
