# title: no return statement
# exam: nothing
# expect: passed
def f(x):
    x += 1
