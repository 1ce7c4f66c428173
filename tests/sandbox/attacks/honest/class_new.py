# title: class new
# exam: n_small
# expect: passed
class f:
    def __new__(cls,a,b): return a+b
