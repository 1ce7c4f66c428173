# title: a decompression bomb
# exam: add
# expect: wall_time|memory|case_time
import zlib

def f(a, b):
    packed = zlib.compress(bytes(1 << 25))
    kept = []
    while True:
        kept.append(zlib.decompress(packed))
