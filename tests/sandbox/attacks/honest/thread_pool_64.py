# title: thread pool 64
# exam: n_small
# expect: passed
from concurrent.futures import ThreadPoolExecutor
def f(a,b):
    with ThreadPoolExecutor(max_workers=64) as ex: return sum(ex.map(int,[a,b]*50))//50
