# title: bytes mut
# exam: n_honest3_bytes_mut
# expect: passed
def f(b):
    b[0]=65
