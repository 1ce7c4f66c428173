# title: recursion without end in a comparison
# exam: secret_asserts
# expect: raised|wrong
def f(n):
    return f(n)
