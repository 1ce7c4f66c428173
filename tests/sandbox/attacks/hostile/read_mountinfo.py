# title: reads /proc/self/mountinfo
# exam: add
# expect: policy|raised
def f(a, b):
    with open('/proc/self/mountinfo', 'rb') as file:
        return file.read(100)
