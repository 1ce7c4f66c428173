# title: gzip 
# exam: n_small
# expect: passed
import gzip,zlib,bz2,lzma
def f(a,b):
    return int(gzip.decompress(gzip.compress(str(a+b).encode())))
