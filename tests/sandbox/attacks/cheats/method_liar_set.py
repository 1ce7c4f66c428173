# title: method liar set
# exam: n_cheat_method_liar_set
# expect: wrong|raised|policy|result|exited
class Y:
    def issuperset(s,o): return True
    def __len__(s): return 3
def f(x):
    return Y()
