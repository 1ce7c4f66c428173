# title: honest zip ret
# exam: n_more_honest_zip_ret
# expect: passed
def f(a,b): return zip(a,b)
