# title: fallocate
# exam: n_add2
# expect: passed
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import os,sys
R=[]
def t():
    f=open('s','wb'); os.posix_fallocate(f.fileno(),0,1<<30); return 'GOT falloc'
try: R.append(t())
except BaseException as e: R.append(repr(e))
def f(a,b):
    if isinstance(R[0],str) and R[0].startswith('GOT'): raise RuntimeError(R[0])
    return a+b
