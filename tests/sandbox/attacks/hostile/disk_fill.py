# title: fills the disk
# exam: add
# expect: resource
def f(a, b):
    with open('big', 'wb') as file:
        while True:
            file.write(bytes(1 << 20))
