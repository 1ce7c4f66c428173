# title: module state
# exam: n_honest2_module_state
# expect: passed
import string
string.counter=getattr(string,"counter",0)+1
print(string.counter,input())
