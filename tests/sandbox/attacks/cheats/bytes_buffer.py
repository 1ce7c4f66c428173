# title: bytes buffer
# exam: secret
# expect: wrong
class S(bytes):
    def __eq__(s,o): return True
    __hash__=bytes.__hash__
    def __buffer__(s,f): return memoryview(b"zz")
def f(x): return S(b"x")
