# title: os write mixed
# exam: n_honest2_os_write_mixed
# expect: passed
import os,sys
print("a",flush=True)
os.write(1,b"b\n")
print(input())
