# title: usefixtures mark
# exam: n_honest2_usefixtures_mark
# expect: passed
def f(a,b):
    return a+b
