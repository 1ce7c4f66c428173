# title: patches the encoder to send the examiner what it likes
# exam: secret
# expect: wrong|policy
import sys

codec = next(module for name, module in sys.modules.items() if name.endswith("runner.codec"))
codec.encode = lambda value, **options: b"H\x00\x00\x00\x00\x00\x00\x00\x00"

def f(n):
    return "nothing"
