# title: opens a socket of the family AF_VSOCK
# exam: add
# expect: policy
import socket

def f(a, b):
    socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).close()
    return a + b
