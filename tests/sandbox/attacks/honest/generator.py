# title: a generator function
# exam: squares
# expect: passed
def f(n):
    for i in range(n):
        yield i * i
