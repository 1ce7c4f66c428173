# title: a program that reads by fileinput
# exam: echo_stdio
# expect: passed
import fileinput

print(''.join(sorted(fileinput.input())), end='')
