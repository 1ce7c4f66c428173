# title: a generator where a set of values counts
# exam: distinct
# expect: passed
def f(values):
    seen = set()
    return (value for value in values if not (value in seen or seen.add(value)))
