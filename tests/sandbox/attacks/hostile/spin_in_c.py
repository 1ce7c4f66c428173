# title: spins in C, where no signal handler of Python runs
# exam: add
# limits: cpu_s=0.4
# expect: cpu_time
def f(a, b):
    return 3 ** (3 ** 20) % 7 + sum(range(10 ** 15))
