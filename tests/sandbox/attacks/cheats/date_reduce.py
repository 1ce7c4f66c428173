# title: date reduce
# exam: secret
# expect: raised|wrong
import datetime
class D(datetime.datetime):
    def utcoffset(s): return 5
    def __eq__(s,o): return True
    def timetuple(s): return (1,)*9
def f(x): return D(2020,1,1)
