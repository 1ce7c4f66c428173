# title: a dict in the order of an OrderedDict
# exam: ordered
# expect: passed
def f(text):
    return {letter: index for index, letter in enumerate(text)}
