# title: counts its own lines by tracing
# exam: add
# expect: passed
import sys

def f(a, b):
    lines = []
    sys.settrace(lambda frame, event, arg: lines.append(event))
    try:
        total = a + b
    finally:
        sys.settrace(None)
    return total
