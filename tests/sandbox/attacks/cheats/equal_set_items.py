# title: a set of items that hash and equal at will
# exam: pairs
# expect: wrong|result|policy
class Any:
    def __eq__(self, other):
        return True
    def __hash__(self):
        return hash((0, 0))

def f(n):
    return {Any()}
