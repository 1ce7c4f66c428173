# title: objects of a declared class go back and forth
# exam: tree
# expect: passed
class Node:
    def __init__(self, value):
        self.value, self.left, self.right = value, None, None

def f(tree):
    return 0 if tree is None else tree.value + f(tree.left) + f(tree.right)
