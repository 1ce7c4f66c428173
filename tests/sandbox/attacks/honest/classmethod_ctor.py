# title: classmethod ctor
# exam: n_honest3_classmethod_ctor
# expect: passed
class A:
    def __init__(s,x): s.x=x
    @classmethod
    def parse(c,t): return c(int(t))
