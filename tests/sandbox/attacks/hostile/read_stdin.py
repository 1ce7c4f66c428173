# title: waits for input that never comes
# exam: add
# expect: raised|wrong
def f(a, b):
    return input()
