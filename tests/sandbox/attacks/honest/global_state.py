# title: counts its own calls in global state
# exam: add
# expect: passed
calls, memory = 0, {}

def f(a, b):
    global calls
    calls += 1
    return memory.setdefault((a, b), a + b)
