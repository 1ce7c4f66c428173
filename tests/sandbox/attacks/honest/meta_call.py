# title: meta call
# exam: n_small
# expect: passed
class M(type):
    def __call__(cls,a,b): return a+b
class f(metaclass=M): pass
