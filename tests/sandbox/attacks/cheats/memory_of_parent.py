# title: reads the memory of its parent
# exam: secret
# expect: policy|wrong
import os

def f(n):
    with open(f'/proc/{os.getppid()}/mem', 'rb') as memory:
        memory.seek(id(f))
        return memory.read(64).hex()
