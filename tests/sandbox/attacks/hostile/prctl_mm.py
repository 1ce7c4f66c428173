# title: prctl mm
# exam: n_add2
# expect: passed
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import os,sys
R=[]
def t():
    import ctypes
    r=ctypes.CDLL(None).prctl(35,1,0,0,0); return 'GOT' if r==0 else 'no'
try: R.append(t())
except BaseException as e: R.append(repr(e))
def f(a,b):
    if isinstance(R[0],str) and R[0].startswith('GOT'): raise RuntimeError(R[0])
    return a+b
