# title: strings chosen by the shared seed of hashes
# exam: distinct
# expect: wrong
def f(values):
    return [str(value) for value in values] + [hash(str(values))]
