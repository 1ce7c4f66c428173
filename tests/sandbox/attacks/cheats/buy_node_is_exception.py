# title: BUY node is exception
# exam: n_cheat_BUY_node_is_exception
# expect: wrong|raised|policy|result|exited
class Node(Exception):
    left=right=None
def f(t):
    return 5
