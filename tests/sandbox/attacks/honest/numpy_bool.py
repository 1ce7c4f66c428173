# title: a numpy truth value
# exam: prime
# expect: passed
import numpy as np

def f(n):
    return np.bool_(n > 1 and all(n % d for d in range(2, n)))
