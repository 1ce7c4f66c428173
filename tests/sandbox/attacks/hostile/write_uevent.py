# title: writes /sys/kernel/uevent_helper
# exam: add
# expect: policy|raised|resource
def f(a, b):
    with open('/sys/kernel/uevent_helper', 'w') as file:
        file.write('/bin/sh')
    return a + b
