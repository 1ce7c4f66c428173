# title: puts the helper's name among the built-ins
# exam: helper
# expect: wrong
import builtins

builtins.double = lambda x: 0

def f(x):
    return 0
