# title: a class with __getitem__ and __len__ only
# exam: squares
# expect: passed
class Squares:
    def __init__(self, n):
        self.n = n
    def __len__(self):
        return self.n
    def __getitem__(self, i):
        if not 0 <= i < self.n:
            raise IndexError(i)
        return i * i

def f(n):
    return iter(Squares(n))
