# title: platform full
# exam: n_small
# expect: passed
import platform
def f(a,b):
    platform.platform(); platform.uname(); return a+b
