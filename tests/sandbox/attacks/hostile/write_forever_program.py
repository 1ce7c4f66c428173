# title: a program that writes to descriptor 1 without end
# exam: add_stdio
# expect: output|resource
import os

while True:
    os.write(1, b'x' * 65536)
