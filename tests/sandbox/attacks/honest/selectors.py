# title: selectors
# exam: n_small
# expect: passed
import selectors
def f(a,b):
    s=selectors.DefaultSelector(); s.close(); return a+b
