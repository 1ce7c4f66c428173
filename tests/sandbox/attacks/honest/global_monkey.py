# title: global monkey
# exam: n_honest2_global_monkey
# expect: passed
import builtins
_p=builtins.print
def print2(*a): _p("*",*a)
builtins.print=print2
print(input())
