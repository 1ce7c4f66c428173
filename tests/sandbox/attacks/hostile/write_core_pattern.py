# title: writes /proc/sys/kernel/core_pattern
# exam: add
# expect: policy|raised|resource
def f(a, b):
    with open('/proc/sys/kernel/core_pattern', 'w') as file:
        file.write('|/bin/sh')
    return a + b
