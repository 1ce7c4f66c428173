# title: prints debug text beside its answer
# exam: add
# expect: passed
import sys

print('loading')

def f(a, b):
    print('adding', a, b, file=sys.stderr)
    print(f'{a=} {b=}')
    return a + b
