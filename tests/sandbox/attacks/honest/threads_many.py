# title: a pool of many threads
# exam: add
# expect: passed
import time
from concurrent.futures import ThreadPoolExecutor

def f(a, b):
    with ThreadPoolExecutor(max_workers=24) as pool:
        list(pool.map(time.sleep, [0.01] * 48))
    return a + b
