# title: frozen sets as keys
# exam: frozen
# expect: passed
def f(n):
    return {frozenset(range(i + 1)): 'ab'[i] for i in range(n)}
