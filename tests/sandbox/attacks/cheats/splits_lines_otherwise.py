# title: prints both answers and overwrites one with carriage returns
# exam: add_stdio
# expect: wrong
a, b = map(int, input().split())
print(f"0\r{a + b}\r1")
