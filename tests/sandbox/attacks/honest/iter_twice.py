# title: iter twice
# exam: n_honest3_iter_twice
# expect: passed
class R:
    def __init__(s,n): s.n=n
    def __iter__(s): return iter(range(s.n))
