# title: too much memory while it is imported
# exam: add
# expect: memory|compile
table = [0] * (1 << 36)

def f(a, b):
    return a + b
