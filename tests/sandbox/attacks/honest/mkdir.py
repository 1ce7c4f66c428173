# title: mkdir
# exam: n_honest2_mkdir
# expect: passed
import os
os.mkdir("d")
print(input())
