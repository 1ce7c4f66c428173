import threading
def f(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
# ---
import threading
def f(work):
    threading.Thread(target=work, daemon=True).start()
