# title: unittest tc
# exam: n_honest2_unittest_tc
# expect: passed
def f(a,b):
    return a+b
