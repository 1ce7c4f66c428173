# title: opens a socket of the family AF_ALG
# exam: add
# expect: policy
import socket

def f(a, b):
    socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET).close()
    return a + b
