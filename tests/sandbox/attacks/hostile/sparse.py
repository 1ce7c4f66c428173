# title: a sparse file larger than any disk
# exam: add
# expect: resource
def f(a, b):
    with open('sparse', 'wb') as file:
        file.truncate(1 << 50)
