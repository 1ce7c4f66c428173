# title: an object smaller and larger than everything
# exam: roots_check
# expect: wrong
class Near:
    def __sub__(self, other):
        return self
    __rsub__ = __sub__

    def __abs__(self):
        return self

    def __lt__(self, other):
        return True
    __gt__ = __le__ = __ge__ = __lt__

    def __round__(self, digits=0):
        return self

    def __float__(self):
        return 3.0

def f(x):
    return Near()
