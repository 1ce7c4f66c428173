from concurrent.futures import ThreadPoolExecutor
def f(items):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(str, items))
# ---
from multiprocessing import Pool
def f(items):
    pool = Pool(2)
    result = pool.map(str, items)
    pool.close()
    return result
