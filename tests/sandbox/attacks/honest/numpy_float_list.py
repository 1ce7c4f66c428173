# title: a list of numpy floats
# exam: roots
# expect: passed
import numpy as np

def f(x):
    return np.sqrt(np.float64(x))
