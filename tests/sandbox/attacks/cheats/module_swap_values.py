# title: swaps itself for a module whose every attribute is the answer
# exam: secret_asserts
# expect: wrong|raised|compile
import sys, types

class Everything(types.ModuleType):
    def __getattr__(self, name):
        return lambda *args: name

sys.modules["solution"] = sys.modules[__name__] = Everything("solution")

def f(n):
    return "nothing"
