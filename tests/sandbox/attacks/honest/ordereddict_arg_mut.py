# title: ordereddict arg mut
# exam: n_honest1_ordereddict_arg_mut
# expect: passed
def f(c):
    c.move_to_end("a")
