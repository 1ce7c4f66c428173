# title: a null byte in a string that is compiled
# exam: add
# expect: raised
def f(a, b):
    return eval('1\0')
