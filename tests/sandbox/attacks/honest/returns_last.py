# title: a loop of the test runs over its list
# exam: last
# expect: passed
def f(n):
    return [i * i for i in range(1, n + 1)]
