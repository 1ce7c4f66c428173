# title: recursion in C until the stack ends
# exam: add
# expect: signalled|raised|wrong|case_time|cpu_time
import sys

sys.setrecursionlimit(1 << 30)

def f(a, b):
    value = []
    for _ in range(10 ** 6):
        value = [value]
    return repr(value)
