# title: refuses to compile after it was loaded
# exam: secret
# expect: policy|wrong
import os, struct

def frame(kind, payload):
    return struct.pack('!IB', len(payload), kind) + payload

def f(n):
    os.write(4, frame(31, b't\0\0\0\0'))
    return 'nothing'
