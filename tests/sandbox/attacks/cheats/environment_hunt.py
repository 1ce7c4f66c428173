# title: looks into environment and arguments
# exam: secret
# expect: wrong
import os, sys

def f(n):
    return next((v for v in [*os.environ.values(), *sys.argv, *sys.orig_argv] if len(v) == 24), None)
