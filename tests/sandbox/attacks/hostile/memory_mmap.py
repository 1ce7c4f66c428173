# title: maps memory without end
# exam: add
# expect: memory|resource|raised
import mmap

kept = []

def f(a, b):
    while True:
        kept.append(mmap.mmap(-1, 1 << 26))
