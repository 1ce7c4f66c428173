# title: lowers a limit of its own
# exam: add
# expect: passed
import resource

resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

def f(a, b):
    return a + b
