# title: socketpair of another family
# exam: add
# expect: policy|raised
import socket

def f(a, b):
    socket.socketpair(socket.AF_INET)
    return a + b
