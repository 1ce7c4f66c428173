# title: a date class of its own
# exam: day
# expect: passed
import datetime

class Day(datetime.date):
    @classmethod
    def of(cls, year, number):
        return cls.fromordinal(datetime.date(year, 1, 1).toordinal() + number - 1)

def f(year, number):
    return Day.of(year, number)
