# title: closure counter
# exam: n_honest3_closure_counter
# expect: passed
def f():
    n=0
    def inc():
        nonlocal n
        n+=1
        return n
    return inc
