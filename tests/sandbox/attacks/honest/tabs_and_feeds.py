# title: tabs, form feeds and semicolons
# exam: add
# expect: passed
def f(a, b):
	if a == 0: return b; pass
	x = a; y = b

	return x + \
		y
