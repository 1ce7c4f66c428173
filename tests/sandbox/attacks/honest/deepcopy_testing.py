# title: deepcopy test
# exam: n_honest2_deepcopy_test
# expect: passed
import copy
def f(x):
    return copy.deepcopy(x)
