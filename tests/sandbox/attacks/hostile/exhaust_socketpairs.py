# title: descriptors in flight inside socket pairs
# exam: add
# expect: resource|raised|policy
import array, socket

def f(a, b):
    kept = []
    while True:
        left, right = socket.socketpair()
        kept.append((left, right))
        left.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [left.fileno(), right.fileno()]))])
