# title: getsource
# exam: n_small
# expect: passed
import inspect
def f(a,b):
    assert "return" in inspect.getsource(f)
    return a+b
