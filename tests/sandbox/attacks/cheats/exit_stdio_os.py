# title: a program that leaves by os._exit(0)
# exam: add_stdio
# expect: exited
import os

os._exit(0)
