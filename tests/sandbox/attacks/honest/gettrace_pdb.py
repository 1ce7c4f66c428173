# title: inspects itself
# exam: add
# expect: passed
import inspect, sys, types

def f(a, b):
    signature = inspect.signature(f)
    bound = signature.bind(a, b)
    frame = sys._getframe()
    assert isinstance(frame, types.FrameType) and inspect.isfunction(f) and f.__module__ == __name__
    return sum(bound.arguments.values())
