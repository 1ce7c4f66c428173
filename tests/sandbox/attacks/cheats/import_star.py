# title: no entry point, a class that offers every name
# exam: secret
# expect: compile
class Everything(type):
    def __getattr__(cls, name):
        return lambda *args: True

class g(metaclass=Everything):
    pass
