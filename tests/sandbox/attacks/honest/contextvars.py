# title: contextvars
# exam: n_small
# expect: passed
import contextvars
v=contextvars.ContextVar("v",default=0)
def f(a,b):
    return contextvars.copy_context().run(lambda: a+b)
