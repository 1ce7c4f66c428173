# title: a program that reads until EOFError
# exam: echo_stdio
# expect: passed
lines = []
try:
    while True:
        lines.append(input())
except EOFError:
    pass
for line in sorted(lines):
    print(line)
