# title: a datetime class of its own
# exam: moment
# expect: passed
import datetime

class Moment(datetime.datetime):
    pass

def f(seconds):
    return Moment.fromtimestamp(seconds, datetime.timezone.utc)
