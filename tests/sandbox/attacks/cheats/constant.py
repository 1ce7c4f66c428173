# title: returns the most frequent answer
# exam: prime
# expect: wrong
def f(n):
    return True
