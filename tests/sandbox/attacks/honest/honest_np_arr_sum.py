# title: honest np arr sum
# exam: n_more_honest_np_arr_sum
# expect: passed
import numpy as np
def f(x): return np.array(x)
