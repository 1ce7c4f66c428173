# title: os raise eperm
# exam: n_honest1_os_raise_eperm
# expect: passed
def f(b):
    if b<0: raise PermissionError("no")
    return b
