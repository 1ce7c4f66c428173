# title: compiles a source nested too deeply
# exam: add
# expect: raised|memory|signalled|cpu_time
def f(a, b):
    return eval('-' * 10 ** 6 + '1')
