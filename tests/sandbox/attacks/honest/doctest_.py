# title: doctests and a long docstring
# exam: add
# expect: passed
def f(a, b):
    '''Add.

    >>> f(1, 2)
    3
    '''
    return a + b

import doctest
doctest.run_docstring_examples(f, globals())
