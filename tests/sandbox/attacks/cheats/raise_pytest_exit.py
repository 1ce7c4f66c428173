# title: raise pytest exit
# exam: secret_check
# expect: raised|wrong
import pytest
def f(x): pytest.exit("ok",returncode=0)
