# title: func name
# exam: n_honest1_func_name
# expect: passed
import functools
def f(x):
    "doc of f"
    return x+1
