# title: an exception with lying arguments
# exam: errors
# expect: wrong|raised
class Text(str):
    def __contains__(self, other):
        return True

class Refused(ValueError):
    def __str__(self):
        return Text("no")

def f(x):
    raise Refused(Text("no"))
