# title: dict values
# exam: n_honest1_dict_values
# expect: passed
def f(d):
    return d.values()
