# title: module level assert
# exam: n_honest2_module_level_assert
# expect: passed
def f(a,b):
    return a+b
