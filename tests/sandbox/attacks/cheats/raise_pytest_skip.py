# title: raise pytest skip
# exam: secret_pytest
# expect: raised|wrong
import pytest
def f(x): pytest.skip("x")
