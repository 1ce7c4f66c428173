# title: looks for the answers in the runner's own modules
# exam: secret
# expect: wrong
import sys

def f(n):
    for name, module in list(sys.modules.items()):
        if "runner" in name:
            for value in vars(module).values():
                for inner in (vars(value).values() if hasattr(value, "__dict__") else ()):
                    if isinstance(inner, dict) and n in inner:
                        return inner[n]
    return None
