# title: truth values through map
# exam: prime_map
# expect: passed
def f(n):
    return n > 1 and all(n % d for d in range(2, n))
