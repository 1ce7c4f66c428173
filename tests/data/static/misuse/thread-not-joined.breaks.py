import threading
def f(work):
    thread = threading.Thread(target=work)
    thread.start()
# ---
import threading
def f(work):
    threading.Thread(target=work).start()
