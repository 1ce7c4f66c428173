# title: an int subclass with arithmetic of its own
# exam: add
# expect: passed
class Number(int):
    def __add__(self, other):
        return Number(int(self) + int(other))
    def __repr__(self):
        return f"Number({int(self)})"

def f(a, b):
    return Number(a) + Number(b) if isinstance(a, int) and isinstance(b, int) else a + b
