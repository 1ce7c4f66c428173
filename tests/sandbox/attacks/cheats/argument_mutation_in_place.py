# title: empties the list that it should sort
# exam: sort_in_place
# expect: wrong
def f(values):
    values.clear()
