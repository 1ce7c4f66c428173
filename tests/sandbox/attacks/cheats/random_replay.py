# title: replays the examiner's random numbers
# exam: secret_asserts
# expect: wrong
import random

random.seed(0)

def f(n):
    random.seed(0)
    return '%024x' % random.getrandbits(96)
