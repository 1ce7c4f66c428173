# title: returns a list that holds itself
# exam: add
# expect: result
def f(a, b):
    value = {}
    value['self'] = [value]
    return value
