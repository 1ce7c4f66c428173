# title: socket gethost
# exam: n_small
# expect: passed
import socket
def f(a,b):
    socket.gethostname(); return a+b
