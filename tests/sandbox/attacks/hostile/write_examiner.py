# title: writes /cell/examiner/left
# exam: add
# expect: policy|raised|resource
def f(a, b):
    with open('/cell/examiner/left', 'w') as file:
        file.write('x')
    return a + b
