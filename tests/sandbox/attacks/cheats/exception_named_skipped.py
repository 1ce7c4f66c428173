# title: an exception named Skipped
# exam: secret_pytest
# expect: raised
class Skipped(Exception):
    pass

def f(n):
    raise Skipped('later')
