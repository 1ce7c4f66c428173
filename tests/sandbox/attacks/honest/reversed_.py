# title: reversed 
# exam: n_honest3_reversed_
# expect: passed
class R:
    def __init__(s,n): s.n=n
    def __len__(s): return s.n
    def __getitem__(s,i):
        if i>=s.n: raise IndexError
        return i
