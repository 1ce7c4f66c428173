# title: raise ENOMEM
# exam: secret
# expect: memory
def f(x): raise OSError(12,"nomem")
