# title: stderr
# exam: n_honest2_stderr
# expect: passed
import sys
print("log",file=sys.stderr)
print(input())
