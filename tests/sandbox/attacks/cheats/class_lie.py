# title: class lie
# exam: secret_asserts
# expect: wrong
class S:
    @property
    def __class__(s): return str
    def __eq__(s,o): return True
    def __str__(s): return "x"
def f(x): return S()
