# title: writes /proc/sysrq-trigger
# exam: add
# expect: policy|raised|resource
def f(a, b):
    with open('/proc/sysrq-trigger', 'w') as file:
        file.write('b')
    return a + b
