# title: raises unittest's SkipTest
# exam: secret_pytest
# expect: raised|wrong
import unittest

def f(n):
    raise unittest.SkipTest('not today')
