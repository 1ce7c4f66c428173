# title: module class
# exam: secret_asserts
# expect: wrong
import sys,types
class M(types.ModuleType):
    f=property(lambda s: (lambda x: type("Q",(str,),{"__eq__":lambda s,o:True})("q")))
sys.modules[__name__].__class__=M
f=0
