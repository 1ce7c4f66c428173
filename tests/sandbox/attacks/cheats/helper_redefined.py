# title: redefines the prompt's helper that the test calls
# exam: helper
# expect: wrong
def double(x):
    return 0

def f(x):
    return 0
