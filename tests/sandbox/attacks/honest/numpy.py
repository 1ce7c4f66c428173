# title: numpy
# exam: n_small
# expect: passed
import numpy as np
def f(a,b):
    return np.int64(a)+np.int64(b)
