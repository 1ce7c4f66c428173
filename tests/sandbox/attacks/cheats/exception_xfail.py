# title: raises pytest's xfail
# exam: secret_pytest
# expect: raised|wrong
def f(n):
    import pytest
    pytest.xfail('known')
