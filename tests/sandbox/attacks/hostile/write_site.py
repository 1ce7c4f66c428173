# title: writes /opt/assay/site/numpy.py
# exam: add
# expect: policy|raised|resource
def f(a, b):
    with open('/opt/assay/site/numpy.py', 'w') as file:
        file.write('x')
    return a + b
