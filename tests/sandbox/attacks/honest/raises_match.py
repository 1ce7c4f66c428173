# title: raises match
# exam: n_honest2_raises_match
# expect: passed
def f(a):
    if a<0: raise ValueError("negative value: %d"%a)
    return a
