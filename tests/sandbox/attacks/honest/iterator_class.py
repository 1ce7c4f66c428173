# title: an iterator class
# exam: squares
# expect: passed
class Squares:
    def __init__(self, n):
        self.n, self.i = n, 0
    def __iter__(self):
        return self
    def __next__(self):
        if self.i == self.n:
            raise StopIteration
        self.i += 1
        return (self.i - 1) ** 2

def f(n):
    return Squares(n)
