# title: honest in generator
# exam: n_more_honest_in_generator
# expect: passed
def f(n):
    yield from range(n)
