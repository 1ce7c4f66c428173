# title: os read0
# exam: n_honest2_os_read0
# expect: passed
import os
d=os.read(0,100)
os.write(1,d)
