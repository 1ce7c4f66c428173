# title: an enormous integer where a Decimal is expected, for a comparison that never ends
# exam: money
# expect: wrong|result|wall_time
# limits: wall_s=2.0
def f(a, b):
    return 1 << 8_000_000
