# title: a complex number near the answer
# exam: roots
# expect: wrong
def f(x):
    return complex(x, 1)
