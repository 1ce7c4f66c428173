# title: builtin op
# exam: n_small
# expect: passed
from operator import add as f
