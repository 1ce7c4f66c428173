# title: tz micro
# exam: n_cheat_tz_micro
# expect: wrong|raised|policy|result|exited
import datetime as d
def f():
    return d.datetime(2024,1,1,tzinfo=d.timezone(d.timedelta(hours=1,microseconds=7)))
