# title: returns too much
# exam: add
# limits: result_bytes=1000000
# expect: result
def f(a, b):
    return 'x' * 10 ** 7
