# title: a datetime with a zone of zoneinfo
# exam: moment
# expect: passed
import datetime
from zoneinfo import ZoneInfo

def f(seconds):
    return datetime.datetime.fromtimestamp(seconds, ZoneInfo("Europe/Berlin"))
