# title: resource usage
# exam: n_small
# expect: passed
import resource
def f(a,b):
    resource.getrusage(resource.RUSAGE_SELF); return a+b
