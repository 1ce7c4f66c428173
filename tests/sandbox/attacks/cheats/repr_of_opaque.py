# title: an opaque object whose class is named like the answer
# exam: secret_asserts
# expect: wrong
def f(n):
    kind = type("x", (), {"__repr__": lambda self: "answer", "__str__": lambda self: "answer"})
    kind.__qualname__ = kind.__name__ = "f(1)"
    return kind()
