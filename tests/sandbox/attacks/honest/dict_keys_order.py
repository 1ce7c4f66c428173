# title: dict keys order
# exam: n_honest1_dict_keys_order
# expect: passed
def f(xs):
    return dict.fromkeys(xs).keys()
