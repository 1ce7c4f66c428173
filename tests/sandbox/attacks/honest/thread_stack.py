# title: thread stack
# exam: n_honest2_thread_stack
# expect: passed
import sys,threading
sys.setrecursionlimit(10**7)
threading.stack_size(2**27)
def d(n): return 0 if n==0 else 1+d(n-1)
def main(): print(d(int(input())))
t=threading.Thread(target=main); t.start(); t.join()
