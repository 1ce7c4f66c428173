# title: ret elem alias
# exam: n_honest3_ret_elem_alias
# expect: passed
def f(a):
    return a[0]
