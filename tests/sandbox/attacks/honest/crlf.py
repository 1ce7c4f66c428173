# title: lines end in CRLF
# exam: add
# expect: passed
def f(a, b):
    total = a + b
    return total
