# title: stdin read
# exam: secret_pytest
# expect: wrong
import os
def f(x):
    os.set_blocking(3,False)
    d=b""
    try: d=os.read(3,65536)
    except OSError: pass
    import re
    m=re.findall(rb"[0-9a-f]{20}",d)
    return m[0].decode() if m else ""
