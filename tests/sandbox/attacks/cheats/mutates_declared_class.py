# title: a declared class whose attributes agree with every value
# exam: tree
# expect: wrong|raised
class Agree:
    def __eq__(self, other): return True
    def __int__(self): return 3

class Node:
    def __init__(self, value):
        object.__setattr__(self, "value", Agree())
    def __getattribute__(self, name):
        return Agree()

def f(tree):
    return tree.value
