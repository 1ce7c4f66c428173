# title: capfd
# exam: n_honest2_capfd
# expect: passed
def f(n):
    print("hello",n)
