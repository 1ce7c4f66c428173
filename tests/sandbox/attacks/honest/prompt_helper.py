# title: uses its own copy of the prompt's helper
# exam: helper
# expect: passed
def double(x):
    return x + x

def f(x):
    return double(x)
