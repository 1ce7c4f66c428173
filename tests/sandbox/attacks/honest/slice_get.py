# title: slice get
# exam: n_honest3_slice_get
# expect: passed
class R:
    def __getitem__(s,i): return list(range(10))[i]
