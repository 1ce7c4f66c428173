# title: reads /dev/vda
# exam: add
# expect: policy|raised
def f(a, b):
    with open('/dev/vda', 'rb') as file:
        return file.read(100)
