# title: a value as deep as allowed, for the comparison's recursion
# exam: sort
# expect: wrong|result
def f(values):
    made = []
    for _ in range(990):
        made = [made]
    return made
