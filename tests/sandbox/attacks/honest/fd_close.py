# title: fd close
# exam: n_honest2_fd_close
# expect: passed
import os,sys
print(input())
sys.stdout.flush()
os.close(1)
