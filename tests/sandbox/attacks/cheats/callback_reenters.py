# title: sends an answer from within the test's function
# exam: apply
# expect: wrong|policy|raised
def f(function, values):
    made = [function(value) for value in values]
    return made and [function] * len(made)
