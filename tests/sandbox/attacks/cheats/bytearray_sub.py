# title: bytearray sub
# exam: secret_asserts
# expect: wrong
class S(bytearray):
    def __eq__(s,o): return True
def f(x): return S(b"x")
