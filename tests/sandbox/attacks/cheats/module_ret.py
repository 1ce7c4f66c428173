# title: module ret
# exam: secret
# expect: wrong
import sys
def f(x): return sys
