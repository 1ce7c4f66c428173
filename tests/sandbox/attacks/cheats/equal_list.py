# title: a list that equals everything
# exam: sort
# expect: wrong
class Yes(list):
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    __hash__ = None
    def __len__(self):
        return 3

def f(values):
    return Yes(['x'])
