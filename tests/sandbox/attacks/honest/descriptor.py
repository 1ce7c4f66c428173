# title: descriptors and __set_name__
# exam: add
# expect: passed
class Field:
    def __set_name__(self, owner, name):
        self.name = "_" + name
    def __get__(self, obj, owner=None):
        return getattr(obj, self.name)
    def __set__(self, obj, value):
        setattr(obj, self.name, value)

class Sum:
    a = Field()
    b = Field()
    def __init__(self, a, b):
        self.a, self.b = a, b

def f(a, b):
    s = Sum(a, b)
    return s.a + s.b
