# title: a program
# exam: add_stdio
# expect: passed
a, b = map(int, input().split())
print(a + b)
