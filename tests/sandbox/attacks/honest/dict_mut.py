# title: dict mut
# exam: n_honest3_dict_mut
# expect: passed
def f(d):
    d.pop("a"); d["z"]=[1]
