# title: exits with the code that a runner takes for success, from a nested exception
# exam: add_check
# expect: exited|raised
import sys

def f(a, b):
    try:
        raise SystemExit(0)
    finally:
        sys.exit(0)
