# title: float arithmetic by Newton's method
# exam: roots
# expect: passed
def f(x):
    guess = x
    for _ in range(100):
        guess = (guess + x / guess) / 2
    return guess
