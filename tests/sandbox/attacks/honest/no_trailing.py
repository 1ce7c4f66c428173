# title: no trailing
# exam: n_honest2_no_trailing
# expect: passed
import sys
sys.stdout.write(sys.stdin.read().strip())
