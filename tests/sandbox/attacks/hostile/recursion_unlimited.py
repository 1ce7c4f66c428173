# title: recursion without end and without a limit
# exam: add
# limits: memory_bytes=67108864
# expect: memory|signalled|raised|cpu_time|case_time
import sys

sys.setrecursionlimit(1 << 30)

def f(a, b):
    return f(b, a)
