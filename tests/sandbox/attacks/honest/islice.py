# title: islice
# exam: n_honest1_islice
# expect: passed
def f():
    n=0
    while True:
        yield n
        n+=1
