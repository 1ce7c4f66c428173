# title: heap big
# exam: n_small
# expect: passed
def f(a,b):
    x=list(range(3000000)); return a+b+x[0]
