# title: uuid1
# exam: n_small
# expect: passed
import uuid
def f(a,b):
    uuid.uuid1(); return a+b
