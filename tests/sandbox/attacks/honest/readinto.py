# title: readinto
# exam: n_honest2_readinto
# expect: passed
import sys
b=bytearray(10)
n=sys.stdin.buffer.readinto(b)
print(b[:n].decode().strip())
