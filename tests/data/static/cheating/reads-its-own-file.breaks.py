def f():
    with open(__file__) as file:
        return file.read()
# ---
import inspect
def f(g):
    return inspect.getsource(g)
