# title: tests in code
# exam: n_small
# expect: passed
def f(a,b):
    return a+b
assert f(1,2)==3
print("ok")
