from concurrent.futures import ThreadPoolExecutor
def f(items):
    pool = ThreadPoolExecutor(4)
    return list(pool.map(str, items))
