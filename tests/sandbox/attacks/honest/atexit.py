# title: atexit
# exam: n_honest2_atexit
# expect: passed
import atexit
atexit.register(lambda: print("bye"))
print(input())
