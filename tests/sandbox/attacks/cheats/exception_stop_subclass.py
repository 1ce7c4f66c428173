# title: a subclass of StopIteration ends the test's loop early
# exam: prime_map
# expect: raised
class Done(StopIteration):
    pass

def f(n):
    raise Done
