# title: writes /dev/shm/left
# exam: add
# expect: policy|raised|resource
def f(a, b):
    with open('/dev/shm/left', 'w') as file:
        file.write('x')
    return a + b
