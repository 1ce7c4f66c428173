# title: zoneinfo
# exam: n_small
# expect: passed
from zoneinfo import ZoneInfo
import datetime
def f(a,b):
    datetime.datetime(2024,1,1,tzinfo=ZoneInfo("Europe/Berlin")).utcoffset(); return a+b
