# title: partial obj
# exam: n_small
# expect: passed
from functools import partial
import operator
f=partial(operator.add)
