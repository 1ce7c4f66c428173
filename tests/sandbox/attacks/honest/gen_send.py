# title: gen send
# exam: n_honest1_gen_send
# expect: passed
def f():
    t=0
    while True:
        x=yield t
        t+=x
