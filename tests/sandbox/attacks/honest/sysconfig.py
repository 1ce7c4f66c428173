# title: sysconfig
# exam: n_small
# expect: passed
import sysconfig,site
def f(a,b):
    sysconfig.get_paths(); return a+b
