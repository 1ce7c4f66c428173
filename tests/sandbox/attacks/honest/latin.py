# -*- coding: latin-1 -*-
# title: a coding line
# exam: text_latin
# expect: passed
def f(x):
    return 'é'
