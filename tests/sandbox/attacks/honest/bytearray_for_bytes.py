# title: a bytearray for bytes
# exam: bytes
# expect: passed
def f(text):
    return bytearray(text, 'utf-8')
