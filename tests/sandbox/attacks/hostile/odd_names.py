# title: files whose names are hard to delete
# exam: add
# expect: passed|raised|policy
import os

def f(a, b):
    os.makedirs("a/b/c", exist_ok=True)
    for name in (b"\xff\xfe", b"-rf *", b"a\nb", b"..." + b"x" * 200, b" "):
        open(name, "w").close()
    os.symlink("/etc", "a/etc")
    os.symlink("..", "a/up")
    os.link("...".encode() + b"x" * 200, "hard")
    os.chmod("a/b", 0)
    os.chmod("a", 0)
    return a + b
