# title: dict items order
# exam: n_honest1_dict_items_order
# expect: passed
def f(s):
    d={}
    for c in s: d[c]=d.get(c,0)+1
    return d.items()
