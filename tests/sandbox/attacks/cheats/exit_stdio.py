# title: a program that ends well without an answer
# exam: add_stdio
# expect: wrong
import sys

sys.exit(0)
