# title: genexp all
# exam: n_honest3_genexp_all
# expect: passed
def f(n):
    return n*n
