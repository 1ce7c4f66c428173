# title: a program that reads and writes bytes
# exam: add_stdio
# expect: passed
import sys

sys.stdout.buffer.write(b'%d\n' % sum(map(int, sys.stdin.buffer.read().split())))
