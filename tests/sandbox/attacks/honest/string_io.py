# title: redirects its own output
# exam: add
# expect: passed
import contextlib, io

def f(a, b):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        print(repr(a), repr(b))
    return sum(eval(word) for word in out.getvalue().split())
