# title: a program that writes to sys.__stdout__
# exam: add_stdio
# expect: passed
import sys

a, b = map(int, sys.stdin.readline().split())
sys.__stdout__.write(f"{a + b}\n")
