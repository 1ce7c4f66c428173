# title: a map object
# exam: squares
# expect: passed
def f(n):
    return map(lambda i: i * i, range(n))
