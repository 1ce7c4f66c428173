# title: an exception named SystemExit
# exam: forgiving
# expect: raised
class SystemExit(BaseException):
    pass

def f(n):
    raise SystemExit(0)
