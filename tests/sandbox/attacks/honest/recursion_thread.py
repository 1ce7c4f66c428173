# title: deep recursion in a thread with a larger stack
# exam: depth
# expect: passed
import sys, threading

sys.setrecursionlimit(10 ** 6)
threading.stack_size(64 * 1024 * 1024)

def f(n):
    result = []

    def depth(k):
        return 0 if k == 0 else 1 + depth(k - 1)

    thread = threading.Thread(target=lambda: result.append(depth(n)))
    thread.start()
    thread.join()
    return result[0]
