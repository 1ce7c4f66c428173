# title: a float that equals everything and subtracts to nothing
# exam: roots_check
# expect: wrong
class Yes(float):
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    __hash__ = float.__hash__
    def __sub__(self, other):
        return 0.0
    __rsub__ = __sub__
    def __abs__(self):
        return 0.0

def f(x):
    return Yes(-1)
