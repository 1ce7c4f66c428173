# title: chdir
# exam: n_honest2_chdir
# expect: passed
import os
os.makedirs("sub",exist_ok=True)
os.chdir("sub")
print(os.path.basename(os.getcwd()),input())
