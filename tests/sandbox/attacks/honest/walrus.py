# title: assignment expressions
# exam: add
# expect: passed
def f(a, b):
    return total if (total := a + b) else total
