# title: an instance with __call__
# exam: add_asserts
# expect: passed
class Adder:
    def __call__(self, a, b):
        return a + b

f = Adder()
