# title: opens a socket of the family AF_PACKET
# exam: add
# expect: policy
import socket

def f(a, b):
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
    return a + b
