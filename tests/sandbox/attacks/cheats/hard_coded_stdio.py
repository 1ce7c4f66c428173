# title: prints the first visible output
# exam: add_stdio
# expect: wrong
print(3)
