# title: a stand-in for None
# exam: nothing
# expect: wrong
class Nothing:
    def __eq__(self, other):
        return True
    def __bool__(self):
        return False

def f(x):
    return Nothing()
