# title: an object that equals everything
# exam: secret
# expect: wrong
class Yes:
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    __hash__ = None

def f(n):
    return Yes()
