# title: doctest run
# exam: n_honest2_doctest_run
# expect: passed
def f(a):
    """
    >>> f(2)
    4
    """
    return a*2
