# title: delitem
# exam: n_honest3_delitem
# expect: passed
class A:
    def __init__(s): s.d={"a":1}
    def __delitem__(s,k): del s.d[k]
    def __len__(s): return len(s.d)
