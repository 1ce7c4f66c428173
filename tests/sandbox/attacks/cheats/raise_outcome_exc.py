# title: raise outcome exc
# exam: secret
# expect: raised|wrong
from _pytest.outcomes import *
from _pytest import outcomes
def f(x): raise outcomes.XFailed("x")
