# title: a closure with nonlocal state
# exam: add
# expect: passed
def make():
    calls = 0
    def inner(a, b):
        nonlocal calls
        calls += 1
        return a + b
    return inner

f = make()
