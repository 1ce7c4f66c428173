# title: a name of the test goes missing by the candidate's doing
# exam: last
# expect: wrong|raised
def f(n):
    if n == 3:
        return []
    raise ValueError
