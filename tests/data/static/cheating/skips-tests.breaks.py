import pytest
def f(x):
    pytest.skip("no")
# ---
import unittest
def f(x):
    raise unittest.SkipTest("no")
