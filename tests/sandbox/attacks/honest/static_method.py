# title: a static method
# exam: add
# expect: passed
class Maths:
    @staticmethod
    def add(a, b):
        return a + b

f = Maths.add
