# title: runs broken bytecode
# exam: add
# limits: cpu_s=0.4
# expect: signalled|raised|wrong|case_time|cpu_time|exited
def g():
    pass

def f(a, b):
    g.__code__ = g.__code__.replace(co_code=bytes(range(255)) * 2 + b'\0', co_consts=(), co_names=(), co_stacksize=0)
    return g()
