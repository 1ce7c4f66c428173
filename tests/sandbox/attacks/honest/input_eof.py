# title: input eof
# exam: n_honest2_input_eof
# expect: passed
import sys
t=0
try:
    while True: t+=int(input())
except EOFError: pass
print(t)
