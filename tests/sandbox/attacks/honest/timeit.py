# title: timeit
# exam: n_small
# expect: passed
import timeit
def f(a,b):
    timeit.timeit("1+1",number=10); return a+b
