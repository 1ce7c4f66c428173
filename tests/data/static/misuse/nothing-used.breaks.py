def f():
    xs = [3, 1]
    return xs.sort()
# ---
import random
def f(xs):
    ys = random.shuffle(xs)
    return ys
# ---
def f(text):
    words = text.split()
    words = words.append("x")
    return words
