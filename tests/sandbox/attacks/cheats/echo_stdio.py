# title: prints its input
# exam: secret_stdio
# expect: wrong
print(input())
