# title: prints what the test captures
# exam: prints
# expect: passed
def f(n):
    for i in range(n):
        print(i * i)
