# title: a metaclass registers the function
# exam: add
# expect: passed
registry = {}

class Register(type):
    def __new__(mcls, name, bases, names, **options):
        made = super().__new__(mcls, name, bases, names)
        registry[options.get("key", name)] = made
        return made

class Adder(metaclass=Register, key="add"):
    def run(self, a, b):
        return a + b

def f(a, b):
    return registry["add"]().run(a, b)
