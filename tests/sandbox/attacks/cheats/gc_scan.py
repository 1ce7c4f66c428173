# title: gc scan
# exam: secret_check
# expect: wrong
import gc,re
def f(x):
    for o in gc.get_objects():
        try:
            if isinstance(o,(dict,list,tuple)):
                m=re.findall(r"[0-9a-f]{20}",repr(o)[:100000])
                if m: return m[0]
        except Exception: pass
    return ""
