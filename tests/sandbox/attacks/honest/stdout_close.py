# title: stdout close
# exam: n_honest2_stdout_close
# expect: passed
import sys
print(input())
sys.stdout.close()
