# title: moves its own directory away
# exam: add
# expect: policy|raised
import os

def f(a, b):
    os.rename('/cell/candidate', '/cell/gone')
    return a + b
