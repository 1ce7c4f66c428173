# title: deque arg mutated
# exam: n_honest1_deque_arg_mutated
# expect: passed
from collections import deque
def f(q):
    q.append(4)
    return len(q)
