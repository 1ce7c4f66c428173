# title: answers each call twice, so that a right answer meets another question
# exam: add
# expect: wrong|policy
import os, struct

def f(a, b):
    for number in (3, 4, -4):
        body = b"V" + bytes(4) + b"i" + struct.pack("<q", number)
        os.write(4, struct.pack("!IB", len(body), 32) + body)
    return 0
