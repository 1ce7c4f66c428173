# title: logging cfg
# exam: n_small
# expect: passed
import logging
logging.basicConfig(level=logging.DEBUG)
log=logging.getLogger(__name__)
def f(a,b):
    log.info("x")
    return a+b
