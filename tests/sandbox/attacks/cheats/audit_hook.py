# title: listens to audit events
# exam: secret
# expect: wrong
import sys

heard = []
sys.addaudithook(lambda event, args: heard.append(args))

def f(n):
    return next((a for args in heard for a in args if isinstance(a, str) and len(a) == 24), None)
