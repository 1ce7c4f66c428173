# title: str class lie
# exam: secret
# expect: wrong
class S(str):
    __class__=property(lambda s: bool)
    def __len__(s): return 20
    def encode(s,*a): raise ZeroDivisionError
def f(x): return S("x")
