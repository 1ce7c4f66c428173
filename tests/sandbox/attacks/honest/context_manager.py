# title: context managers by contextlib
# exam: add
# expect: passed
from contextlib import ExitStack, contextmanager, suppress

@contextmanager
def scope(values):
    values.append(0)
    try:
        yield values
    finally:
        values.clear()

def f(a, b):
    with ExitStack() as stack, suppress(KeyError):
        values = stack.enter_context(scope([a, b]))
        return sum(values)
