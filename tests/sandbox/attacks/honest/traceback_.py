# title: traceback 
# exam: n_honest2_traceback_
# expect: passed
import traceback
try:
    1/0
except ZeroDivisionError:
    print(traceback.format_exc().splitlines()[-1],input())
