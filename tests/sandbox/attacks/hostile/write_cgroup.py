# title: writes /sys/fs/cgroup/memory.max
# exam: add
# expect: policy|raised|resource
def f(a, b):
    with open('/sys/fs/cgroup/memory.max', 'w') as file:
        file.write('max')
    return a + b
