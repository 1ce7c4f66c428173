# title: returns a value nested too deeply
# exam: add
# expect: result
def f(a, b):
    value = []
    for _ in range(5000):
        value = [value]
    return value
