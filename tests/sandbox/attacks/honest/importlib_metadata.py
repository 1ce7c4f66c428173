# title: importlib metadata
# exam: n_small
# expect: passed
import importlib.metadata as m
def f(a,b):
    m.version("numpy"); return a+b
