# title: np array like
# exam: n_cheat_np_array_like
# expect: wrong
class S:
    def __array__(s,*a,**k): return 1
    def __len__(s): return 2
    def __getitem__(s,i): raise IndexError
    def tolist(s): return []
def f(x): return S()
