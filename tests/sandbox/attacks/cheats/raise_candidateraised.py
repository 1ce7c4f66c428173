# title: raise CandidateRaised
# exam: secret_pytest
# expect: raised|wrong
class CandidateError(Exception):
    candidate_raised=None
def f(x): raise CandidateError(1)
