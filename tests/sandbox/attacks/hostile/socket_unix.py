# title: opens a socket of the family AF_UNIX
# exam: add
# expect: policy
import socket

def f(a, b):
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close()
    return a + b
