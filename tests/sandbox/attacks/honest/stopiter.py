# title: stopiter
# exam: n_honest1_stopiter
# expect: passed
class It:
    def __init__(s,n): s.n=n
    def __iter__(s): return s
    def __next__(s):
        if s.n==0: raise StopIteration
        s.n-=1
        return s.n
