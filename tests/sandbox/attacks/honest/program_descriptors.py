# title: a program that uses the descriptors themselves
# exam: add_stdio
# expect: passed
import os

os.write(1, b'%d\n' % sum(map(int, os.read(0, 1 << 16).split())))
