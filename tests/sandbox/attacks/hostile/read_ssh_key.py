# title: reads /root/.ssh/id_rsa
# exam: add
# expect: policy|raised
def f(a, b):
    with open('/root/.ssh/id_rsa', 'rb') as file:
        return file.read(100)
