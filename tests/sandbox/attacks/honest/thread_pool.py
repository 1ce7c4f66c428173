# title: a thread pool
# exam: add
# expect: passed
from concurrent.futures import ThreadPoolExecutor

def f(a, b):
    with ThreadPoolExecutor(max_workers=4) as pool:
        return sum(pool.map(lambda x: x, [a, b]))
