# title: builtins eq
# exam: secret
# expect: wrong
import builtins
builtins.str=type("S",(str,),{"__eq__":lambda s,o:True})
def f(x): return str("x")
