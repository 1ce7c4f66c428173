# title: prints more than fits into a report
# exam: prints_long
# expect: passed
import sys

def f(n):
    sys.stdout.write(''.join(f'{i * i}\n' for i in range(n)))
