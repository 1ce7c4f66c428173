# title: mp cpu
# exam: n_small
# expect: passed
import multiprocessing
def f(a,b):
    multiprocessing.cpu_count(); return a+b
