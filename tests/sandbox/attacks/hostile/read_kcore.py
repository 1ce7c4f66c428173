# title: reads /proc/kcore
# exam: add
# expect: policy|raised
def f(a, b):
    with open('/proc/kcore', 'rb') as file:
        return file.read(100)
