# title: claims an enormous output beside its answer
# exam: add
# limits: case_wall_s=8, wall_s=12
# expect: exited
import os, struct

def f(a, b):
    size = 40 << 20
    body = b"V" + struct.pack("<I", size) + bytes(size) + b"N"
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]
    os._exit(0)
