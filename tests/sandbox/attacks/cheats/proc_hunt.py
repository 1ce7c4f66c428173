# title: searches /proc for the examiner's command line and environment
# exam: secret
# expect: wrong|policy
import os

def f(n):
    text = ""
    for name in os.listdir("/proc"):
        for part in ("cmdline", "environ", "maps", "fd"):
            try:
                text += open(f"/proc/{name}/{part}").read()
            except OSError:
                pass
    return text[:24] or None
