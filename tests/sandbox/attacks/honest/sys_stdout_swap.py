# title: sys stdout swap
# exam: n_small
# expect: passed
import sys,io,contextlib
def f(a,b):
    with contextlib.redirect_stdout(io.StringIO()) as o: print(a+b)
    return int(o.getvalue())
