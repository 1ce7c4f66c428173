# title: builtins dict or
# exam: n_small
# expect: passed
def f(a,b):
    g=__builtins__ if isinstance(__builtins__,dict) else vars(__builtins__)
    return g["sum"]([a,b])
