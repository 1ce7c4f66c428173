# title: an object that is true or false as the caller asks
# exam: prime_asserts
# expect: wrong
class Maybe:
    asked = 0

    def __bool__(self):
        Maybe.asked += 1
        return Maybe.asked % 2 == 1

def f(n):
    return Maybe()
