# title: redirects its output to nowhere
# exam: add
# expect: passed
import os, sys

def f(a, b):
    with open(os.devnull, 'w') as sink:
        old, sys.stdout = sys.stdout, sink
        try:
            print(a, b)
        finally:
            sys.stdout = old
    return a + b
