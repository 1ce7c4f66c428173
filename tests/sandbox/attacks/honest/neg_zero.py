# title: neg zero
# exam: n_honest3_neg_zero
# expect: passed
import math
def f(a):
    return -0.0
