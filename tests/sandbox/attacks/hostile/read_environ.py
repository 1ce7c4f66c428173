# title: reads /proc/1/environ
# exam: add
# expect: policy|raised
def f(a, b):
    with open('/proc/1/environ', 'rb') as file:
        return file.read(100)
