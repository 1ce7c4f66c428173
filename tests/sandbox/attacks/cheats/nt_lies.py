# title: nt lies
# exam: secret_check
# expect: wrong
from typing import NamedTuple
class P(NamedTuple):
    a:int
    def __eq__(s,o): return True
    def __iter__(s): return iter(())
    def __len__(s): return 0
def f(x): return P(1)
