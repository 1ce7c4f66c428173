# title: a partial object
# exam: add
# expect: passed
import functools, operator

f = functools.partial(operator.add)
