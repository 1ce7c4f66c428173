# title: traces every frame of its process
# exam: secret
# expect: wrong|case_time|cpu_time
import sys

seen = []

def trace(frame, event, argument):
    seen.append(frame.f_locals)
    return trace

sys.settrace(trace)
sys.setprofile(trace)

def f(n):
    for names in seen:
        for value in list(names.values()):
            if isinstance(value, dict) and n in value:
                return value[n]
    return None
