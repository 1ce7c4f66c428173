# -*- coding: latin-1 -*-
# title: cookie latin
# exam: n_small
# expect: passed
def f(a,b):
    return a+b
