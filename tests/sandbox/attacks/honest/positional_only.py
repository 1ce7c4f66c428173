# title: positional-only and keyword-only parameters
# exam: add
# expect: passed
def f(a, b, /, *, scale=1):
    return (a + b) * scale
