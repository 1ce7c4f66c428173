# title: an integer of eight million digits
# exam: add
# expect: result|wrong
def f(a, b):
    return 1 << (1 << 25)
