# title: dgram sendto abstract
# exam: n_add2
# expect: passed
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import os,sys
R=[]
def t():
    import socket
    a,b=socket.socketpair(socket.AF_UNIX,socket.SOCK_DGRAM)
    out=[]
    for n in ('\0x','/run/docker.sock','/var/run/docker.sock','/dev/log','/run/systemd/journal/socket','/cell/sock'):
        try: a.sendto(b'hi',n); out.append(n)
        except OSError as e: pass
    return 'GOT %s'%out if out else 'no'
try: R.append(t())
except BaseException as e: R.append(repr(e))
def f(a,b):
    if isinstance(R[0],str) and R[0].startswith('GOT'): raise RuntimeError(R[0])
    return a+b
