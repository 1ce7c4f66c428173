# title: a program that writes to /dev/stdout
# exam: add_stdio
# expect: passed
total = sum(map(int, open(0).read().split()))
with open("/dev/stdout", "w") as out:
    print(total, file=out)
