# title: announces its own names as exception classes
# exam: tree
# expect: wrong|raised|policy
import os, struct

def frame(kind, payload):
    return struct.pack('!IB', len(payload), kind) + payload


os.write(4, frame(30, b"t\x01\0\0\0t\x02\0\0\0s\x04\0\0\0Nodes\x09\0\0\0Exception"))

class Node:
    def __init__(self, value):
        self.value = value

def f(tree):
    return 3
