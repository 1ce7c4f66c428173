# title: delegation to generators
# exam: squares
# expect: passed
def inner(low, high):
    if high - low == 1:
        yield low * low
    elif high > low:
        middle = (low + high) // 2
        yield from inner(low, middle)
        yield from inner(middle, high)

def f(n):
    yield from inner(0, n)
