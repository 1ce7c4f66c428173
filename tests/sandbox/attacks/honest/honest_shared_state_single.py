# title: honest shared state single
# exam: n_more_honest_shared_state_single
# expect: passed
class S:
    def __init__(s): s.d=[]
    def push(s,x): s.d.append(x)
