# title: replaces the captured output with a stream that echoes expectations
# exam: prints
# expect: wrong|raised|exited
import sys

class Agreeing:
    def write(self, text): return len(text)
    def flush(self): pass
    def __eq__(self, other): return True

def f(n):
    sys.stdout = Agreeing()
    print("anything")
