# title: honest dict values eq
# exam: n_more_honest_dict_values_eq
# expect: passed
def f(d): return d.values()
