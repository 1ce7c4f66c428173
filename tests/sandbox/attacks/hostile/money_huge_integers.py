# title: many large integers where a Decimal is expected
# exam: money
# expect: wrong|result|wall_time
# limits: wall_s=3.0
def f(a, b):
    return 1 << 1_000_000
