import pickle
def f(data):
    return pickle.loads(data)
