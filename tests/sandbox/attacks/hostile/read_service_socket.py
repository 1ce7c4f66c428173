# title: reads /var/run/docker.sock
# exam: add
# expect: policy|raised
def f(a, b):
    with open('/var/run/docker.sock', 'rb') as file:
        return file.read(100)
