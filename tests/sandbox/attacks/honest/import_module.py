# title: import module
# exam: n_honest2_import_module
# expect: passed
X=5
def f(a):
    return a+X
