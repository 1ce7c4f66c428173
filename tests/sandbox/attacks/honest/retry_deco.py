# title: retry deco
# exam: n_honest1_retry_deco
# expect: passed
def f(n):
    def deco(fn):
        def w(*a):
            for i in range(n):
                try: return fn(*a)
                except ValueError: pass
            raise RuntimeError("gave up")
        return w
    return deco
