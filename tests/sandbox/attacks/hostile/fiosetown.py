# title: fiosetown
# exam: n_add2
# expect: passed|policy
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import os,sys
R=[]
def t():
    import socket,fcntl,struct,os
    a,b=socket.socketpair()
    res=[]
    for pid in range(1,40):
        if pid==os.getpid(): continue
        for fd in (a.fileno(),):
            try:
                fcntl.ioctl(fd,0x8901,struct.pack('i',pid)); fcntl.ioctl(fd,0x5452,struct.pack('i',1)); b.send(b'x'); a.recv(1); res.append(pid)
            except OSError as e: pass
    return 'GOT fiosetown %s'%res if res else 'none'
try: R.append(t())
except BaseException as e: R.append(repr(e))
def f(a,b):
    if isinstance(R[0],str) and R[0].startswith('GOT'): raise RuntimeError(R[0])
    return a+b
