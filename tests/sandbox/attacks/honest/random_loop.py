# title: random loop
# exam: n_honest2_random_loop
# expect: passed
def f(xs):
    return sorted(xs)
