# title: mutual recursion by a trampoline
# exam: depth
# expect: passed
def bounce(step):
    while callable(step):
        step = step()
    return step

def count(n, done):
    return done if n == 0 else lambda: count(n - 1, done + 1)

def f(n):
    return bounce(count(n, 0))
