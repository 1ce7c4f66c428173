# title: tempfile
# exam: n_small
# expect: passed
import tempfile,os
def f(a,b):
    with tempfile.NamedTemporaryFile("w+",delete=False) as t: t.write(str(a+b))
    r=int(open(t.name).read()); os.remove(t.name); return r
