# title: a dict subclass
# exam: counts
# expect: passed
class Tally(dict):
    def __missing__(self, key):
        return 0

def f(text):
    tally = Tally()
    for letter in text:
        tally[letter] += 1
    return tally
