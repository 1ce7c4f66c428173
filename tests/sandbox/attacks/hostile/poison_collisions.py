# title: integers with equal hashes in a set
# exam: add
# expect: result|wrong|policy|case_time|wall_time
import os, struct

def send(value):
    body = b"V" + bytes(4) + value
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]

def f(*args):
    send(b'S' + struct.pack('<I', 60000) + b''.join(b'I' + struct.pack('<I', 11) + (k * ((1 << 61) - 1)).to_bytes(11, 'little') for k in range(60000)))
    return None
