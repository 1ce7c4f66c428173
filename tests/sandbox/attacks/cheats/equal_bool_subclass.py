# title: an int whose truth is always what is asked
# exam: prime
# expect: wrong
class Sure(int):
    def __bool__(self):
        return True

def f(n):
    return Sure(0)
