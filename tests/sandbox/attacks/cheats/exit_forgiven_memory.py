# title: runs out of memory where the test forgives every exception
# exam: forgiving
# expect: memory
def f(x):
    return [0] * 10**11
