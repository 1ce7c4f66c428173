# title: a program that closes its streams
# exam: add_stdio
# expect: passed
import sys

print(sum(map(int, sys.stdin.read().split())))
sys.stdin.close()
sys.stdout.flush()
sys.stdout.close()
