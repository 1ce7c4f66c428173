# title: gc del cycle
# exam: n_honest2_gc_del_cycle
# expect: passed
class A:
    def __del__(self): print("del")
a=A(); a.me=a
print(input())
