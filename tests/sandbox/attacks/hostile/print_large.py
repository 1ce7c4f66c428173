# title: prints one line that is too long
# exam: add
# expect: output
def f(a, b):
    print('x' * (1 << 26))
    return a + b
