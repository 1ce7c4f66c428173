# title: raise skip names
# exam: secret_asserts
# expect: raised|wrong
Skipped=type("Skipped",(BaseException,),{}); Skipped.__module__="_pytest.outcomes"
def f(x): raise Skipped
