# title: a date that equals everything
# exam: day
# expect: wrong
import datetime

class Day(datetime.date):
    def __eq__(self, other): return True
    __hash__ = datetime.date.__hash__

def f(year, day):
    return Day(1999, 1, 1)
