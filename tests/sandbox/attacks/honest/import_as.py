# title: import as
# exam: n_honest2_import_as
# expect: passed
def f(a,b):
    return a+b
