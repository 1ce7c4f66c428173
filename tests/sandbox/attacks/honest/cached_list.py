# title: cached list
# exam: n_honest3_cached_list
# expect: passed
_c=[]
def f(a):
    _c.append(a)
    return _c
