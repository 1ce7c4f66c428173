# title: datetime arg
# exam: n_honest1_datetime_arg
# expect: passed
def f(d):
    return d.isoformat()
