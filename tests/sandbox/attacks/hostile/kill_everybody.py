# title: kill(-1) with every signal
# exam: add
# expect: policy|wrong|passed
import os

def f(a, b):
    for number in range(1, 65):
        os.kill(-1, number)
    return a + b
