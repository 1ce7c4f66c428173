# title: looks for what the last candidate left
# exam: add
# after: note_leave
# expect: passed
import fcntl, os, stat, time

def found():
    yield from os.listdir(".")
    if "NOTE" in os.environ:
        yield "environment"
    if os.umask(0o077) != 0o077:
        yield "umask"
    for number in (0, 1, 2, 3, 4):
        if fcntl.fcntl(number, fcntl.F_GETFL) & (os.O_NONBLOCK | os.O_APPEND):
            yield f"flags of descriptor {number}"
        if fcntl.fcntl(number, fcntl.F_GETOWN):
            yield f"owner of descriptor {number}"
    here = os.stat(".")
    if here.st_mtime or here.st_nlink != 2 or stat.S_IMODE(here.st_mode) & 0o007:
        yield f"stamps of the directory {here}"
    now = time.time()
    for path in ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"):
        if now - os.stat(path).st_mtime < 5:
            yield f"stamp of {path}"

def f(a, b):
    left = list(found())
    return a + b if not left else left
