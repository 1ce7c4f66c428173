# title: thread pool default
# exam: n_small
# expect: passed
from concurrent.futures import ThreadPoolExecutor
def f(a,b):
    with ThreadPoolExecutor() as ex: return sum(ex.map(int,[a,b]))
