# title: cprofile
# exam: n_small
# expect: passed
import cProfile,io
def f(a,b):
    p=cProfile.Profile(); p.enable(); r=a+b; p.disable(); return r
