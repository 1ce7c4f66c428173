# title: next default
# exam: n_honest1_next_default
# expect: passed
def f(n):
    yield from range(n)
