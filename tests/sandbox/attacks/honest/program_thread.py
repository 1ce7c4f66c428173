# title: a program whose work is done in a thread with a large stack
# exam: add_stdio
# expect: passed
import sys, threading

sys.setrecursionlimit(10 ** 7)
threading.stack_size(2 ** 27)

def main():
    a, b = map(int, input().split())
    print(a + b)

threading.Thread(target=main).start()
