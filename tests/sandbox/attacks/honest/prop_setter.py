# title: prop setter
# exam: n_honest3_prop_setter
# expect: passed
class A:
    def __init__(s): s._x=0
    @property
    def x(s): return s._x
    @x.setter
    def x(s,v):
        if v<0: raise ValueError("neg")
        s._x=v
