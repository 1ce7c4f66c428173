# title: not a number, for comparisons written the wrong way round
# exam: roots
# expect: wrong
def f(x):
    return float('nan')
