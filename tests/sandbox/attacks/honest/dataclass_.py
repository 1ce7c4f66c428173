# title: dataclasses with slots and order
# exam: add
# expect: passed
from dataclasses import dataclass, field

@dataclass(frozen=True, slots=True, order=True)
class Pair:
    a: float
    b: float = field(default=0)

    def total(self):
        return self.a + self.b

def f(a, b):
    return Pair(a, b).total()
