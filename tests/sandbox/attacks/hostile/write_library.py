# title: writes /usr/lib/x.py
# exam: add
# expect: policy|raised|resource
def f(a, b):
    with open('/usr/lib/x.py', 'w') as file:
        file.write('x')
    return a + b
