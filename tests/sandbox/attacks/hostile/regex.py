# title: a catastrophic regular expression
# exam: add
# limits: cpu_s=0.4
# expect: cpu_time
import re

def f(a, b):
    return re.match(r'(a+)+$', 'a' * 64 + '!')
