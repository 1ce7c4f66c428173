# title: honest lambda key
# exam: n_more_honest_lambda_key
# expect: passed
def f(xs,key): return sorted(xs,key=key)
