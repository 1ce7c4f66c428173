# title: replaces its own module after it was loaded
# exam: secret_asserts
# expect: wrong
import sys

class Module:
    def __getattr__(self, name):
        return lambda *args: Yes()

class Yes:
    def __eq__(self, other):
        return True

sys.modules["solution"] = sys.modules["__main__"] = Module()

def f(n):
    return Yes()
