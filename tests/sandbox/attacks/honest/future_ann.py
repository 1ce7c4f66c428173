# title: future ann
# exam: n_honest2_future_ann
# expect: passed
from __future__ import annotations
from dataclasses import dataclass
@dataclass
class A:
    x: int
print(A(int(input())))
