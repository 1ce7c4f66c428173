# title: tabs
# exam: n_small
# expect: passed
def f(a,b):
	if a:
		return a+b
	return b
