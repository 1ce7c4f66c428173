# title: str int big
# exam: n_small
# expect: passed
import sys
def f(a,b):
    sys.set_int_max_str_digits(0); return a+b+len(str(10**5000))-5001
