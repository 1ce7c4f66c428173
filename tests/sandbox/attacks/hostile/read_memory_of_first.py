# title: reads /proc/1/mem
# exam: add
# expect: policy|raised
def f(a, b):
    with open('/proc/1/mem', 'rb') as file:
        return file.read(100)
