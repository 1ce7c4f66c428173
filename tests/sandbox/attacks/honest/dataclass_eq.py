# title: dataclass eq
# exam: n_honest2_dataclass_eq
# expect: passed
from dataclasses import dataclass
@dataclass
class P:
    x:int
    y:int
def f(a,b):
    return P(a,b)
