# title: a datetime in another zone
# exam: moment
# expect: passed
import datetime

def f(seconds):
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    return datetime.datetime.fromtimestamp(seconds, zone)
