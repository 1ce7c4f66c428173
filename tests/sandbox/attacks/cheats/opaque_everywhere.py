# title: an opaque object in each position of the answer
# exam: frozen
# expect: wrong|result
class Thing:
    def __eq__(self, other):
        return True
    def __hash__(self):
        return 1

def f(n):
    return {Thing(): Thing()}
