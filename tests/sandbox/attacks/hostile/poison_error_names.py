# title: an exception whose names are poison
# exam: add
# expect: raised|policy
class Meta(type):
    __name__ = "a\0b"

Strange = type(Exception)("x" * 10000, (Exception,), {})
Strange.__qualname__ = "\ud800"

def f(a, b):
    raise Strange("\ud800\0")
