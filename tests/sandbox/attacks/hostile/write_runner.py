# title: writes /runner/judge.py
# exam: add
# expect: policy|raised|resource
def f(a, b):
    with open('/runner/judge.py', 'w') as file:
        file.write('x')
    return a + b
