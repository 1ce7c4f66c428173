# title: typing.NamedTuple with methods
# exam: point
# expect: passed
from typing import NamedTuple

class Point(NamedTuple):
    x: int
    y: int = 0

    def norm(self):
        return self.x ** 2 + self.y ** 2

def f(n):
    return Point(n)._replace(y=n ** 2)
