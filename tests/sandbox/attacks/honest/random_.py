# title: random numbers with a seed of its own
# exam: sort
# expect: passed
import random

def f(values):
    random.seed(7)
    values = list(values)
    while any(a > b for a, b in zip(values, values[1:])):
        random.shuffle(values)
    return values
