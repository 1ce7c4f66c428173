# title: connects to the service's socket
# exam: add
# expect: policy
import socket

def f(a, b):
    s = socket.socket(socket.AF_UNIX)
    s.connect('/run/assay/host.sock')
