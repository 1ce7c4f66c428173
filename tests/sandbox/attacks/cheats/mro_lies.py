# title: a type that patches its __mro__ to look like a number
# exam: add
# expect: wrong
class Meta(type):
    def __getattribute__(cls, name):
        return (cls, int, object) if name == "__mro__" else type.__getattribute__(cls, name)

class Number(metaclass=Meta):
    def __index__(self):
        return 3
    def __eq__(self, other):
        return True

def f(a, b):
    return Number()
