# title: an exception from another
# exam: errors
# expect: passed
def f(x):
    try:
        if x < 0:
            raise KeyError('sign')
    except KeyError as error:
        raise ValueError('negative numbers have no root') from error
    return x ** 0.5
