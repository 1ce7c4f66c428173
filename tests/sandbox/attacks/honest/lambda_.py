# title: a lambda
# exam: add
# expect: passed
f = lambda a, b: a + b
