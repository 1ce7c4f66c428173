# title: spec
# exam: n_small
# expect: passed
def f(a,b):
    return a+b if __spec__ is None or __spec__.name else 0
