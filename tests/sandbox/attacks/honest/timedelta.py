# title: timedelta
# exam: n_honest3_timedelta
# expect: passed
import datetime
def f(a,b):
    return datetime.date.fromisoformat(a)-datetime.date.fromisoformat(b)
