# title: type arg
# exam: n_honest1_type_arg
# expect: passed
def f(v,t):
    return isinstance(v,t)
