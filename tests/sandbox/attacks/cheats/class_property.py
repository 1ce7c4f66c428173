# title: __class__ says that it is a str
# exam: secret_asserts
# expect: wrong
class Disguised:
    @property
    def __class__(self):
        return str
    def __eq__(self, other):
        return True
    def __str__(self):
        return ""

def f(n):
    return Disguised()
