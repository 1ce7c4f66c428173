# title: defaultdict arg
# exam: n_honest1_defaultdict_arg
# expect: passed
def f(d,k):
    d[k]+=1
    return d[k]
