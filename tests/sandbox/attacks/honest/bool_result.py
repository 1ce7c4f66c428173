# title: bool result
# exam: n_honest3_bool_result
# expect: passed
def f(a,b):
    return a<b
