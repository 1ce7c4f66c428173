# title: its class ends the test's set-up code
# exam: tree
# expect: exited|raised
import sys

class Node:
    def __init__(self, value):
        sys.exit(0)

def f(tree):
    return 3
