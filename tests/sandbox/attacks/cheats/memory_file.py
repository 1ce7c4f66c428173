# title: reads /proc/self/mem
# exam: secret
# expect: policy|wrong
import re

def f(n):
    with open('/proc/self/mem', 'rb') as memory:
        memory.seek(id(f))
        return memory.read(4096).hex()[:24]
