# title: bound
# exam: n_small
# expect: passed
class A:
    def g(s,a,b): return a+b
f=A().g
