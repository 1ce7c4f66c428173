# title: import star
# exam: n_honest2_import_star
# expect: passed
def f(a,b):
    return a+b
