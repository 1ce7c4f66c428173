# title: exit0
# exam: n_honest2_exit0
# expect: passed
import sys
print(input())
sys.exit(0)
