# title: a numpy scalar for a number
# exam: roots
# expect: passed
import numpy as np

def f(x):
    return np.sqrt(np.float64(x))
