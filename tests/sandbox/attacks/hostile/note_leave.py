# title: leaves notes for the next candidate wherever it may
# exam: add
# expect: passed
import fcntl, gc, os, threading, time

def leave():
    with open("note", "w") as file:
        file.write("inputs")
    os.makedirs("deep/er")
    os.chmod("deep", 0)
    os.environ["NOTE"] = "inputs"
    os.umask(0)
    for number in (0, 1, 2):
        for flag in (os.O_NONBLOCK, os.O_APPEND):
            try:
                fcntl.fcntl(number, fcntl.F_SETFL, fcntl.fcntl(number, fcntl.F_GETFL) | flag)
            except OSError:
                pass
    for path in (".", "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"):
        try:
            os.utime(path)
        except OSError:
            pass
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()

def f(a, b):
    try:
        leave()
    except OSError:
        pass
    return a + b
