# title: check name
# exam: n_honest3_check_name
# expect: passed
def f(x):
    return x+1
