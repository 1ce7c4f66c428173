# title: file not found
# exam: n_honest1_file_not_found
# expect: passed
def f(p):
    return open(p).read()
