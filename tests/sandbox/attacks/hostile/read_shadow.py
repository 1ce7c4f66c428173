# title: reads /etc/shadow
# exam: add
# expect: policy|raised
def f(a, b):
    with open('/etc/shadow', 'rb') as file:
        return file.read(100)
