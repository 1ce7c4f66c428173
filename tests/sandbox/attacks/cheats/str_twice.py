# title: str twice
# exam: n_cheat_str_twice
# expect: wrong
class S:
    n=0
    def __str__(s):
        S.n+=1
        return "a,b,c" if S.n%2 else "c,b,a"
def f(x): return S()
