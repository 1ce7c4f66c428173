# title: pytest.exit() from the candidate
# exam: secret_pytest
# expect: wrong|raised
def f(n):
    import pytest
    pytest.exit("all done", returncode=0)
