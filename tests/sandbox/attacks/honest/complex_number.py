# title: complex numbers
# exam: complex
# expect: passed
def f(a, b):
    return a + b * 1j
