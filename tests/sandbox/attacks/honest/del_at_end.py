# title: del at end
# exam: n_honest2_del_at_end
# expect: passed
class A:
    def __del__(self): print("del")
a=A()
print(input())
