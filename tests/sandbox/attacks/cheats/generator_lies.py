# title: a generator whose items equal everything
# exam: squares
# expect: wrong
class Yes:
    def __eq__(self, other):
        return True
    def __add__(self, other):
        return 14
    __radd__ = __add__

def f(n):
    for _ in range(4):
        yield Yes()
