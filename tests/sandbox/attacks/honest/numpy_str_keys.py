# title: numpy strings as keys
# exam: counts
# expect: passed
import numpy as np

def f(text):
    letters, numbers = np.unique(np.array(list(text), dtype=str), return_counts=True)
    return dict(zip(letters, numbers.tolist()))
