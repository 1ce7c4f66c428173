# title: exceptstar
# exam: n_small
# expect: passed
def f(a,b):
    try:
        raise ExceptionGroup("x",[ValueError()])
    except* ValueError:
        pass
    return a+b
