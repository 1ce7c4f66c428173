# title: honest print capture
# exam: n_more_honest_print_capture
# expect: passed
def f(n):
    print(n)
