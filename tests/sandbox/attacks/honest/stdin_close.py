# title: stdin close
# exam: n_honest2_stdin_close
# expect: passed
import sys
x=sys.stdin.read()
sys.stdin.close()
print(x.strip())
