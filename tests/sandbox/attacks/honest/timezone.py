# title: timezone
# exam: n_honest2_timezone
# expect: passed
import time,datetime
print(datetime.datetime.fromtimestamp(0,datetime.timezone.utc).year,input())
