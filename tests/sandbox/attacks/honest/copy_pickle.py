# title: copies by pickle
# exam: add
# expect: passed
import copy, pickle

def f(a, b):
    return sum(copy.deepcopy(pickle.loads(pickle.dumps([a, b]))))
