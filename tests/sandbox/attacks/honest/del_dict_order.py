# title: del dict order
# exam: n_honest3_del_dict_order
# expect: passed
def f(d):
    v=d.pop("a"); d["a"]=v
