# title: recursion
# exam: n_honest2_recursion
# expect: passed
import sys
sys.setrecursionlimit(10**6)
def d(n): return 0 if n==0 else 1+d(n-1)
print(d(int(input())))
