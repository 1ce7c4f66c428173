def f(n):
    while True:
        n += 1
        if n > 10:
            break
    return n
# ---
def f(n):
    i = 0
    while i < n:
        i += 1
    return i
# ---
def f(queue):
    while queue:
        queue.pop()
# ---
running = True


def stop():
    global running
    running = False


def f(work):
    while running:
        work()
