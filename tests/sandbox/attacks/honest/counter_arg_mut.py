# title: counter arg mut
# exam: n_honest1_counter_arg_mut
# expect: passed
def f(c,w):
    c.update(w)
