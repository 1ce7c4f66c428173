# title: opens a socket of the family AF_NETLINK
# exam: add
# expect: policy
import socket

def f(a, b):
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()
    return a + b
