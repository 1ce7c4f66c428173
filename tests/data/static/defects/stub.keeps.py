def f(x):
    return x
# ---
from typing import Protocol
class P(Protocol):
    def f(self): ...
# ---
def f(x):
    pass
def f(x):
    return x
# ---
def _ignore(*args):
    pass


def f(x):
    return x
