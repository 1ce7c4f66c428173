# title: zip gens
# exam: n_honest1_zip_gens
# expect: passed
def f(n):
    yield from range(n)
