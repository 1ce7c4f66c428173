# title: a program that opens /dev/stdin
# exam: add_stdio
# expect: passed
with open("/dev/stdin") as source:
    print(sum(map(int, source.read().split())))
