# title: pkgutil
# exam: n_small
# expect: passed
import pkgutil,importlib
def f(a,b):
    importlib.import_module("json"); return a+b
