# title: annotations that say something else
# exam: add
# expect: passed
from __future__ import annotations

def f(a: "str", b: print = 3, /, *rest: 1 / 1, **more: None) -> Exception:
    x: undefined_name
    return a + b
