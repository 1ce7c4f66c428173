# title: dates
# exam: day
# expect: passed
import datetime

def f(year, day):
    return datetime.date(year, 1, 1) + datetime.timedelta(days=day - 1)
