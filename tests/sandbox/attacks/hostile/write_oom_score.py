# title: writes /proc/self/oom_score_adj
# exam: add
# expect: policy|raised|resource
def f(a, b):
    with open('/proc/self/oom_score_adj', 'w') as file:
        file.write('-1000')
    return a + b
