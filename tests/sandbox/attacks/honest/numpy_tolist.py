# title: numpy tolist
# exam: n_honest2_numpy_tolist
# expect: passed
import numpy as np
def f(n):
    return np.eye(n)
