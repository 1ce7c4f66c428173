# title: constant folding without end
# exam: add
# expect: passed|compile|memory|cpu_time
def f(a, b):
    'x' * 2 ** 20 * 2 ** 20 if False else 0
    return a + b
