# title: cwd file
# exam: n_small
# expect: passed
def f(a,b):
    with open("x.txt","w") as h: h.write(str(a+b))
    return int(open("x.txt").read())
