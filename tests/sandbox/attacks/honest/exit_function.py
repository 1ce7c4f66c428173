# title: registers an exit function
# exam: add
# expect: passed
import atexit

atexit.register(print, 'bye')

def f(a, b):
    return a + b
