# title: StopIteration ends the test's loop early
# exam: prime_map
# expect: raised
def f(n):
    raise StopIteration
