# title: platform
# exam: n_small
# expect: passed
import platform
def f(a,b):
    platform.system(); platform.python_version(); platform.machine(); platform.node(); return a+b
