# title: unicode id
# exam: n_small
# expect: passed
def f(a,b):
    ñ=a; 变量=b
    return ñ+变量
