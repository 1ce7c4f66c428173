# title: gen arg
# exam: n_honest1_gen_arg
# expect: passed
def f(it):
    return sum(it)
