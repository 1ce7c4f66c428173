# title: a program with main() and exit()
# exam: add_stdio
# expect: passed
import sys

def main():
    a, b = map(int, sys.stdin.readline().split())
    print(a + b)
    exit()

if __name__ == '__main__':
    main()
