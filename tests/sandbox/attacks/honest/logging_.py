# title: logging and warnings
# exam: add
# expect: passed
import logging, warnings

logging.basicConfig(level=logging.DEBUG)
log = logging.getLogger(__name__)

def f(a, b):
    log.debug('adding %s %s', a, b)
    warnings.warn('slow', stacklevel=2)
    return a + b
