# title: ctypes clone
# exam: n_add2
# expect: passed
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import os,sys
R=[]
def t():
    import ctypes
    l=ctypes.CDLL(None,use_errno=True)
    r=l.syscall(56,17,0,0,0,0)
    if r==0: os._exit(0)
    return 'GOT clone %d'%r if r>0 else 'no'
try: R.append(t())
except BaseException as e: R.append(repr(e))
def f(a,b):
    if isinstance(R[0],str) and R[0].startswith('GOT'): raise RuntimeError(R[0])
    return a+b
