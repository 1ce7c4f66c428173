# title: raise BEG
# exam: secret
# expect: raised|wrong
def f(x): raise BaseExceptionGroup("x",[SystemExit(0),KeyboardInterrupt()])
