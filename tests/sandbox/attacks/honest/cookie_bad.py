# -*- coding: utf8 -*-
# title: cookie bad
# exam: n_small
# expect: passed
def f(a,b):
    return a+b
