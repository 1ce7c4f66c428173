# title: fills the disk with several files
# exam: add
# expect: resource
def f(a, b):
    for number in range(1000):
        with open(str(number), 'wb') as file:
            file.write(bytes(1 << 20))
