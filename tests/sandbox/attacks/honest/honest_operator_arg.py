# title: honest operator arg
# exam: n_more_honest_operator_arg
# expect: passed
def f(op,a,b): return op(a,b)
