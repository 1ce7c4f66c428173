# title: unbuffered stdin
# exam: n_honest2_unbuffered_stdin
# expect: passed
import sys
for line in open(0): print(line.strip())
