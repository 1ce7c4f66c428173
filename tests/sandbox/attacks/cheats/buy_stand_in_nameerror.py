# title: BUY stand in nameerror
# exam: n_cheat_BUY_stand_in_nameerror
# expect: raised|wrong
class Node(NameError):
    pass
def f(x):
    raise Node("x")
