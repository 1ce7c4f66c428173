import socket
def f(host):
    with socket.create_connection((host, 80)) as s:
        s.sendall(b"x")
# ---
import socket
def f(host):
    s = socket.socket()
    s.connect((host, 80))
    s.close()
