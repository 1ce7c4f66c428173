# title: a check function calls it
# exam: add_check
# expect: passed
f = (lambda: lambda a, b: b + a)()
