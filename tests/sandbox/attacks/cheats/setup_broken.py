# title: its class breaks the test's set-up code
# exam: tree
# expect: raised|wrong
def Node(value):
    return 5

def f(tree):
    return 3
