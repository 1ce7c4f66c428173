# title: calls the test's function with objects that agree
# exam: apply
# expect: wrong|raised|policy
class Two:
    def __mul__(self, other):
        return self
    def __eq__(self, other):
        return True

def f(function, values):
    return [function(Two()) for _ in values]
