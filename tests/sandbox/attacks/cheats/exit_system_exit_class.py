# title: raises a subclass of SystemExit
# exam: add_check
# expect: exited
class Done(SystemExit):
    code = 0

def f(a, b):
    raise Done
