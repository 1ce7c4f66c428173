# title: an object for every question of presence
# exam: found
# expect: wrong
def f(text, part):
    return object()
