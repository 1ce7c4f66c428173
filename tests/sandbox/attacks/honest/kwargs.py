# title: kwargs
# exam: n_honest3_kwargs
# expect: passed
def f(a,*,b=2,**k):
    return a+b+sum(k.values())
