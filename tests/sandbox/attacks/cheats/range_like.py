# title: range like
# exam: secret_pytest
# expect: wrong
class S:
    start=0;stop=1;step=1
    def __eq__(s,o): return True
def f(x): return S()
