# title: reads /var/lib/assay/assay.db
# exam: add
# expect: policy|raised
def f(a, b):
    with open('/var/lib/assay/assay.db', 'rb') as file:
        return file.read(100)
