# title: a number that equals everything
# exam: add
# expect: wrong
class Yes(int):
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    __hash__ = int.__hash__

def f(a, b):
    return Yes(-1)
