# title: dup pipe
# exam: secret_asserts
# expect: exited
import os
def f(x):
    os.dup2(2,4)
    return 1
