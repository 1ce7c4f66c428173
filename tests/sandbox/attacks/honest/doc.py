# title: doc
# exam: n_small
# expect: passed
"""mod doc"""
def f(a,b):
    return a+b if __doc__=="mod doc" else 0
