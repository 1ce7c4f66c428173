# title: a decimal of sixty million digits
# exam: money
# expect: wall_time|wrong|result|policy|output|memory
import os, struct

def send(kind, body):
    data = memoryview(struct.pack("!IB", len(body), kind) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]

def text(word):
    return b"s" + struct.pack("<I", len(word)) + word

def blob(data):
    return b"b" + struct.pack("<I", len(data)) + data

def parts(*encoded):
    return b"t" + struct.pack("<I", len(encoded)) + b"".join(encoded)

def collisions(count):
    prime = (1 << 61) - 1
    numbers = ((prime * n).to_bytes(13, "little") for n in range(1, count))
    return b"S" + struct.pack("<I", count - 1) + b"".join(b"I\x0d\0\0\0" + number for number in numbers)

def f(a, b):
    send(32, b"V" + bytes(4) + b"m" + struct.pack("<I", 60_000_000) + b"9" * 60_000_000)
