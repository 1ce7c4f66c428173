# title: reads /etc/passwd
# exam: add
# expect: policy|raised
def f(a, b):
    with open('/etc/passwd', 'rb') as file:
        return file.read(100)
