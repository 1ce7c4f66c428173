# title: BUY attr
# exam: n_cheat_BUY_attr
# expect: raised|wrong
class Node:
    def __init__(s,v): pass
    @property
    def left(s): raise NameError("qq",name="qq")
def f(t):
    return 5
