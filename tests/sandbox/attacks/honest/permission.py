# title: permission
# exam: n_honest1_permission
# expect: passed
def f(p):
    raise PermissionError(13,"denied",p)
