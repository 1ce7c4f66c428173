# title: del frames
# exam: secret_check
# expect: wrong
import sys
def f(x):
    fr=sys._getframe(1)
    fr.f_locals.clear()
    return 1
