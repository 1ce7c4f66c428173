# title: returns the test's own function as the answer
# exam: apply
# expect: wrong|raised|policy
def f(function, values):
    return function
