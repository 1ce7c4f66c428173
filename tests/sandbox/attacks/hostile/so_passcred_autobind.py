# title: so passcred autobind
# exam: n_add2
# expect: passed|policy
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import os,sys
R=[]
def t():
    import socket
    a,b=socket.socketpair(socket.AF_UNIX,socket.SOCK_DGRAM)
    a.setsockopt(socket.SOL_SOCKET,socket.SO_PASSCRED,1)
    a.send(b'x')
    return 'GOT autobind %r'%a.getsockname() if a.getsockname() else 'no'
try: R.append(t())
except BaseException as e: R.append(repr(e))
def f(a,b):
    if isinstance(R[0],str) and R[0].startswith('GOT'): raise RuntimeError(R[0])
    return a+b
