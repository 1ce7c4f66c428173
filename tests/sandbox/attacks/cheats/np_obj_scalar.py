# title: np obj scalar
# exam: secret_check
# expect: wrong
import numpy as np
def f(x): return np.array([type("Q",(),{"__eq__":lambda s,o:True})()],dtype=object)[0]
