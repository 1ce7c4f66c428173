# title: BUY nameerror attr
# exam: n_cheat_BUY_nameerror_attr
# expect: raised|wrong
def f(x):
    e=NameError("name zz is not defined")
    e.name="zz"
    raise e
