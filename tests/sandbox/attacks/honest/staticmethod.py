# title: staticmethod
# exam: n_small
# expect: passed
class A:
    @staticmethod
    def f(a,b): return a+b
f=A.f
