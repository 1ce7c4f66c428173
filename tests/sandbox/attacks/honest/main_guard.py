# title: a __main__ guard with tests of its own
# exam: add
# expect: passed
def f(a, b):
    return a + b

if __name__ == '__main__':
    import sys
    assert f(1, 2) == 3
    sys.exit(1)
