# title: raises pytest's skip
# exam: secret_pytest
# expect: raised|wrong
def f(n):
    import pytest
    pytest.skip('not today')
