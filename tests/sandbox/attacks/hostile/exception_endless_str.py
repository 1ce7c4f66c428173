# title: an exception whose text never comes
# exam: add
# limits: cpu_s=0.4
# expect: cpu_time|case_time
class Endless(Exception):
    def __str__(self):
        while True:
            pass

def f(a, b):
    raise Endless
