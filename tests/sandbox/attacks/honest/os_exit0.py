# title: os exit0
# exam: n_honest2_os_exit0
# expect: passed
import os,sys
print(input())
sys.stdout.flush()
os._exit(0)
