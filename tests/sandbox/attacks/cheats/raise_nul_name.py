# title: raise nul name
# exam: secret_asserts
# expect: raised|wrong
E=type("os.system('x')",(Exception,),{})
def f(x): raise E
