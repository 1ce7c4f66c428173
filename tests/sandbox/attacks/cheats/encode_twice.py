# title: returns another value for each time that it is encoded
# exam: sort
# expect: wrong
class Shifting(list):
    def __iter__(self):
        self.append(len(self))
        return super().__iter__()

def f(values):
    return Shifting()
