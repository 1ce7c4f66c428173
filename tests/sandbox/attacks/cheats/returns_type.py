# title: a built-in type for an answer
# exam: prime_asserts
# expect: wrong
def f(n):
    return bool
