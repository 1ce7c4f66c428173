# title: a fake numpy scalar whose item() lies
# exam: add
# expect: wrong
class generic:
    pass

generic.__module__ = "numpy"

class float64(generic):
    def item(self):
        return type("F", (float,), {"__eq__": lambda self, other: True, "__hash__": float.__hash__})(0)

float64.__module__ = "numpy"

def f(a, b):
    return float64()
