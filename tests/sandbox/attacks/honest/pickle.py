# title: pickle
# exam: n_small
# expect: passed
import pickle,copy
class A:
    def __init__(s,x): s.x=x
def f(a,b):
    return pickle.loads(pickle.dumps(A(a))).x+copy.deepcopy(A(b)).x
