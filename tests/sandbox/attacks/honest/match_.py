# title: structural pattern matching
# exam: add
# expect: passed
def f(*args):
    match args:
        case [a, b]:
            return a + b
        case _:
            raise TypeError
