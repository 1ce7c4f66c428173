# title: a program that reads until the end of its input
# exam: echo_stdio
# expect: passed
import sys

lines = [line.rstrip('\n') for line in sys.stdin]
print(*sorted(lines), sep='\n')
