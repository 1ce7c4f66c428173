# title: reads /dev/kmsg
# exam: add
# expect: policy|raised
def f(a, b):
    with open('/dev/kmsg', 'rb') as file:
        return file.read(100)
