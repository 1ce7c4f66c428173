# title: queues between threads
# exam: add
# expect: passed
import queue, threading

def f(a, b):
    inbox, outbox = queue.Queue(), queue.SimpleQueue()
    threading.Thread(target=lambda: outbox.put(inbox.get() + inbox.get()), daemon=True).start()
    inbox.put(a)
    inbox.put(b)
    return outbox.get(timeout=5)
