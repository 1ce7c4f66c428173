# title: select stdin
# exam: n_honest2_select_stdin
# expect: passed
import select,sys
r,_,_=select.select([sys.stdin],[],[],1)
print(bool(r),input())
