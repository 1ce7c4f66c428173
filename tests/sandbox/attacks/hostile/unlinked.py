# title: keeps deleted files open
# exam: add
# expect: resource|passed|exited
kept = []

def f(a, b):
    import os
    while True:
        kept.append(open('x', 'wb'))
        os.unlink('x')
        kept[-1].write(bytes(1 << 20))
