# title: a dict that equals everything and has every key
# exam: counts
# expect: wrong
class Yes(dict):
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    __hash__ = None
    def __getitem__(self, key):
        return key
    def __contains__(self, key):
        return True

def f(text):
    return Yes(x=1)
