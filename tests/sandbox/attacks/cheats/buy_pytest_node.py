# title: BUY pytest node
# exam: n_cheat_BUY_pytest_node
# expect: wrong|raised|policy|result|exited
class Node(Exception):
    pass
def f(t):
    return 5
