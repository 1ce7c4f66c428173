# title: a class whose metaclass answers for it
# exam: secret
# expect: wrong
class Meta(type):
    def __eq__(cls, other):
        return True
    def __hash__(cls):
        return 0
    def __instancecheck__(cls, other):
        return True
    mro = lambda cls: [cls, str, object]

class Answer(str, metaclass=Meta):
    pass

def f(n):
    return Answer
