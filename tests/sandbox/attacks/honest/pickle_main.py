# title: pickle main
# exam: n_honest2_pickle_main
# expect: passed
import pickle
class A:
    def __init__(s,x): s.x=x
print(pickle.loads(pickle.dumps(A(int(input())))).x)
