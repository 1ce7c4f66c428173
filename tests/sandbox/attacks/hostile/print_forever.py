# title: prints without end
# exam: add
# expect: output
def f(a, b):
    while True:
        print('x' * 1000)
