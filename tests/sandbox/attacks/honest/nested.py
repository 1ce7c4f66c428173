# title: nested
# exam: n_honest3_nested
# expect: passed
def f(n):
    return {"a":[(1,{2,3}),None],"b":{"c":frozenset([n])}}
