# title: a fraction of enormous numbers
# exam: add
# expect: wall_time|result|policy
import os, struct

def send(value):
    body = b"V" + bytes(4) + value
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]

def f(*args):
    send(b'M' + b''.join(b'I' + struct.pack('<I', 1 << 20) + os.urandom((1 << 20) - 1) + b'\1' for _ in (1, 2)))
    return None
