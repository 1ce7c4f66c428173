# title: honest class cb
# exam: n_more_honest_class_cb
# expect: passed
def f(cls,x): return cls(x)
