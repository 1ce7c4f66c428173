# title: input at import try
# exam: n_small
# expect: passed
try:
    n=int(input())
except EOFError:
    n=0
def f(a,b):
    return a+b+n
