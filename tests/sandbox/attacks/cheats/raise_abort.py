# title: raise Abort
# exam: secret_check
# expect: raised|wrong
class Abort(BaseException):
    ending="completed"; facts={}
def f(x): raise Abort("completed")
