# title: calls the test's function after its call has ended
# exam: apply
# expect: wrong|policy|raised|exited
kept = []

def f(function, values):
    kept.append(function)
    for old in kept[:-1]:
        old(*values)
    return [kept[0](value) for value in values] if len(kept) > 1 else [0]
