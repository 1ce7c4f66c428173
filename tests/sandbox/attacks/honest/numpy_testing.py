# title: numpy testing
# exam: n_honest2_numpy_testing
# expect: passed
import numpy as np
def f(n):
    return np.arange(n)*2.0
