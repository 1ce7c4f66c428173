# title: reads /proc/self/environ
# exam: add
# expect: policy|raised
def f(a, b):
    with open('/proc/self/environ', 'rb') as file:
        return file.read(100)
