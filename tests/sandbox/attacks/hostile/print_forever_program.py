# title: a program that prints without end
# exam: add_stdio
# expect: output
while True:
    print('x' * 1000)
