# title: walrus loop
# exam: n_honest2_walrus_loop
# expect: passed
import sys
while (line:=sys.stdin.readline()): print(line.rstrip()[::-1])
