# title: a set of tuples
# exam: pairs
# expect: passed
import itertools

def f(n):
    return set(itertools.product(range(n), repeat=2))
