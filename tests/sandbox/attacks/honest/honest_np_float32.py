# title: honest np float32
# exam: n_more_honest_np_float32
# expect: passed
import numpy as np
def f(x): return np.float32(x)
