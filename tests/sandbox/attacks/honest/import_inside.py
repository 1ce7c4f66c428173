# title: import inside
# exam: n_honest2_import_inside
# expect: passed
def f(a,b):
    return a+b
