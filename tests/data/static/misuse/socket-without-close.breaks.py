import socket
def f(host):
    s = socket.socket()
    s.connect((host, 80))
