# title: honest cb sig
# exam: n_more_honest_cb_sig
# expect: passed
import inspect
def f(g): return len(inspect.signature(g).parameters)
