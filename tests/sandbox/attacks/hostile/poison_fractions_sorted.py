# title: a set of enormous fractions, which a report would sort
# exam: third
# expect: wrong|result|policy|wall_time
# limits: wall_s=3.0
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

def f(n):
    size = 1 << 14
    def fraction(k):
        top = (1 << 131_000 | k).to_bytes(size + 1, "little")
        low = (3 ** 80_000).to_bytes(size + 1, "little")
        return b"M" + b"".join(b"I" + struct.pack("<I", len(part)) + part for part in (top, low))
    count = 200
    send(32, b"V" + bytes(4) + b"Z" + struct.pack("<I", count) + b"".join(map(fraction, range(count))))
