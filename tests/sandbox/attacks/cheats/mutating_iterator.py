# title: an iterator that never says the same twice
# exam: squares
# expect: wrong|raised
import itertools

class Shifty:
    counter = itertools.count()
    def __iter__(self):
        return self
    def __next__(self):
        value = next(self.counter)
        if value > 9:
            raise StopIteration
        return value

def f(n):
    return Shifty()
