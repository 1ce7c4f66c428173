# title: replaces itself by a fresh interpreter
# exam: add
# expect: policy
import os, sys

def f(a, b):
    os.execv(sys.executable, [sys.executable, '-c', 'pass'])
