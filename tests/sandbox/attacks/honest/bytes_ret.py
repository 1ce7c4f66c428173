# title: bytes ret
# exam: n_honest3_bytes_ret
# expect: passed
def f(a):
    return bytearray(a)
