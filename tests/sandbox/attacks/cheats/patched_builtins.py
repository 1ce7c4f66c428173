# title: patches the built-ins that a judge might use
# exam: secret
# expect: wrong|policy|exited
import builtins

builtins.all = lambda values: True
builtins.any = lambda values: True
builtins.abs = lambda value: 0
builtins.isinstance = lambda value, kind: True
builtins.len = lambda value: 1

def f(n):
    return "nothing"
