# title: cls attr
# exam: n_honest3_cls_attr
# expect: passed
class A:
    count=0
    def __init__(s): A.count+=1
