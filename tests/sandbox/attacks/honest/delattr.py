# title: delattr
# exam: n_honest3_delattr
# expect: passed
class A:
    def __init__(s): s.x=1
