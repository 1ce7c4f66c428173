# title: writes /cell/left
# exam: add
# expect: policy|raised|resource
def f(a, b):
    with open('/cell/left', 'w') as file:
        file.write('x')
    return a + b
