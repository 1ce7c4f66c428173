# title: a program that opens descriptor 0
# exam: add_stdio
# expect: passed
print(sum(map(int, open(0).read().split())))
