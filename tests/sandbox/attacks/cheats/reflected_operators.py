# title: reflected operators that agree with everything
# exam: roots_check
# expect: wrong
class Agree:
    def __getattr__(self, name):
        return lambda *args: 0

def f(x):
    agree = Agree()
    return agree
