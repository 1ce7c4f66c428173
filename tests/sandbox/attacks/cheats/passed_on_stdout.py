# title: prints what a test runner would print
# exam: secret_pytest
# expect: wrong
import sys

print('===== 1 passed in 0.01s =====')
sys.stderr.write('OK\n')

def f(n):
    print('1 passed')
    return None
