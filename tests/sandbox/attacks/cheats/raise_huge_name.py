# title: raise huge name
# exam: secret
# expect: raised|wrong
E=type("A"*10**6,(Exception,),{})
def f(x): raise E
