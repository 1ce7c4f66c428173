# title: a datetime whose zone lies
# exam: moment
# expect: wrong|raised
import datetime

class Zone(datetime.tzinfo):
    def utcoffset(self, when):
        return datetime.timedelta(0)
    def __eq__(self, other):
        return True

def f(seconds):
    return datetime.datetime(1999, 1, 1, tzinfo=Zone())
