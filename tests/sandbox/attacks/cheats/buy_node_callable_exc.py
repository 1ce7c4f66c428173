# title: BUY node callable exc
# exam: n_cheat_BUY_node_callable_exc
# expect: wrong|raised|policy|result|exited
import enum
class Node(BaseException):
    pass
def f(t):
    return 5
