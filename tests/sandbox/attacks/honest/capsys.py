# title: capsys
# exam: n_honest2_capsys
# expect: passed
def f(n):
    print("hello",n)
