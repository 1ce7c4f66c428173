# title: writes to stderr and a log
# exam: add
# expect: passed
import logging, sys

logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)

def f(a, b):
    logging.debug("adding %s %s", a, b)
    print("adding", file=sys.stderr)
    sys.stderr.flush()
    return a + b
