# title: exec and eval of its own text
# exam: add
# expect: passed
names = {}
exec('def add(a, b):\n    return a + b', names)
f = eval('names["add"]')
