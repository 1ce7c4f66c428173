# title: bytes that equal everything
# exam: bytes
# expect: wrong
class Bytes(bytes):
    def __eq__(self, other): return True
    __hash__ = bytes.__hash__

def f(text):
    return Bytes(b"x")
