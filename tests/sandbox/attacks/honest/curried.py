# title: methods bound to a module-level instance, by functools
# exam: add
# expect: passed
from functools import cached_property, partialmethod, total_ordering, wraps

@total_ordering
class Sum:
    def __init__(self, a, b):
        self.a, self.b = a, b
    @cached_property
    def value(self):
        return self.a + self.b
    def __lt__(self, other):
        return self.value < other.value
    def __eq__(self, other):
        return self.value == other.value
    def scaled(self, factor):
        return self.value * factor
    once = partialmethod(scaled, 1)

def f(a, b):
    total = Sum(a, b)
    assert total <= Sum(a, b)
    return total.once()
