# title: bytes by struct and join
# exam: bytes
# expect: passed
import struct

def f(text):
    return b''.join(struct.pack('B', byte) for byte in text.encode())
