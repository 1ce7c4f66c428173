# title: tz
# exam: n_small
# expect: passed
import datetime,time
def f(a,b):
    time.localtime(); datetime.datetime.now().astimezone(); return a+b
