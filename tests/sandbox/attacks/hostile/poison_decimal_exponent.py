# title: a decimal with an enormous exponent
# exam: add
# expect: wrong|policy
import os, struct

def send(value):
    body = b"V" + bytes(4) + value
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]

def f(*args):
    send(b'm\x17\0\0\0' + b'1E+99999999999999999999'[:23].ljust(23, b'9'))
    return None
