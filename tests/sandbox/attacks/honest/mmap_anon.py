# title: mmap anon
# exam: n_small
# expect: passed
import mmap
def f(a,b):
    m=mmap.mmap(-1,4096); m[0]=a; r=m[0]; m.close(); return r+b
