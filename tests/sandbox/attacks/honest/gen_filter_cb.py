# title: gen filter cb
# exam: n_honest1_gen_filter_cb
# expect: passed
def f(p,xs):
    for x in xs:
        if p(x): yield x
