# title: patches the comparator in the runner's modules
# exam: secret
# expect: wrong
import sys

for name, module in list(sys.modules.items()):
    if "runner" in name:
        for function in ("passes", "close", "decode", "encode_outcome"):
            if function == "passes" and hasattr(module, function):
                setattr(module, function, lambda *args: True)

try:
    import runner.compare
    runner.compare.passes = lambda *args: True
except ImportError:
    pass

def f(n):
    return "nothing"
