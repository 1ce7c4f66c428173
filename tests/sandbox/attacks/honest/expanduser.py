# title: expanduser
# exam: n_small
# expect: passed
import os,pathlib
def f(a,b):
    os.path.expanduser("~"); pathlib.Path.home(); return a+b
