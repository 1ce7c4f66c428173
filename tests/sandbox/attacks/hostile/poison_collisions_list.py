# title: integers with equal hashes where a set is asked for
# exam: distinct
# expect: wall_time|wrong
def f(values):
    prime = (1 << 61) - 1
    return [prime * k for k in range(1, 200000)]
