# title: the function returns itself
# exam: secret_asserts
# expect: wrong
def f(n):
    return f
