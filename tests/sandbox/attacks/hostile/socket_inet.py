# title: opens a socket of the family AF_INET
# exam: add
# expect: policy
import socket

def f(a, b):
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    return a + b
