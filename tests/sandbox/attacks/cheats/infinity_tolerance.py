# title: infinity for a relative tolerance
# exam: roots
# expect: wrong
def f(x):
    return float('inf')
