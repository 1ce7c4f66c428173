# title: exceptions of the runner lead back to its frames
# exam: secret
# expect: wrong
import sys

def f(n):
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame
    while frame.f_back:
        frame = frame.f_back
        server = frame.f_locals.get("self")
        calls = frame.f_locals.get("calls")
        if calls:
            return str(calls)[:24]
    return None
