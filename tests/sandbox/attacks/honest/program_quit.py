# title: a program that ends by sys.exit(0)
# exam: add_stdio
# expect: passed
import sys

print(sum(map(int, sys.stdin.read().split())))
sys.exit(0)
