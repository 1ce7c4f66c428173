# title: lambda
# exam: n_small
# expect: passed
f=lambda a,b: a+b
