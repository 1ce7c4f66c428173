# title: a built-in function under the name
# exam: add
# expect: passed
from operator import add as f
