# title: close pipe
# exam: secret
# expect: exited
import os
def f(x):
    os.close(4); os.close(3)
    return 1
