# title: callable inst
# exam: n_small
# expect: passed
class A:
    def __call__(s,a,b): return a+b
f=A()
