# title: truth values in assert statements
# exam: prime_asserts
# expect: passed
def f(n):
    return n > 1 and all(n % d for d in range(2, int(n ** 0.5) + 1))
