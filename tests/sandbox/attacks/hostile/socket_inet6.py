# title: opens a socket of the family AF_INET6
# exam: add
# expect: policy
import socket

def f(a, b):
    socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).close()
    return a + b
