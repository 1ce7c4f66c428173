# title: makes a device node
# exam: add
# expect: policy
import os, stat

def f(a, b):
    os.mknod('disk', stat.S_IFBLK | 0o600, os.makedev(8, 0))
