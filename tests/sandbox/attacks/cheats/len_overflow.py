# title: len overflow
# exam: secret
# expect: wrong
class L(list):
    def __len__(s): return 2**62
def f(x): return L([1])
