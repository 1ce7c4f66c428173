# title: numpy inside, a list outside
# exam: sort
# expect: passed
import numpy as np

def f(values):
    return np.sort(np.array(values, dtype=int)).tolist()
