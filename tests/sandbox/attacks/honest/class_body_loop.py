# title: the function is taken out of a class built by type()
# exam: add
# expect: passed
def method(self, a, b):
    return a + b

Made = type("Made", (), {"add": method, "__slots__": ()})
f = Made().add
