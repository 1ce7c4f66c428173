# title: approx reflected dict
# exam: n_cheat_approx_reflected_dict
# expect: wrong
class D:
    def __len__(s): return 1
    def keys(s): return {"a"}
    def __getitem__(s,k): return 5
    def __iter__(s): return iter(())
def f(x): return D()
