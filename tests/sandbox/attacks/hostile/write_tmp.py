# title: writes /tmp/left
# exam: add
# expect: policy|raised|resource
def f(a, b):
    with open('/tmp/left', 'w') as file:
        file.write('x')
    return a + b
