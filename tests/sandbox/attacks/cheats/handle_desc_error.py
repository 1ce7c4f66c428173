# title: handle desc error
# exam: secret
# expect: wrong
import sys,os,gc,struct,types
def server():
    fr=sys._getframe()
    while fr:
        s=fr.f_locals.get("self")
        if type(s).__name__=="Server": return s
        fr=fr.f_back
def mods():
    return {n.rpartition(".")[2]:m for n,m in sys.modules.items() if "runner" in n}
S=server()
g=sys._getframe()
while g.f_back: g=g.f_back
def cand():
    fr=sys._getframe()
    while fr:
        if fr.f_globals.get("__name__","").endswith("candidate"): return fr.f_globals
        fr=fr.f_back
G=cand()
codec=G["codec"]; frames=G["frames"]
def send(kind,payload): os.write(4 if S is None else S._write, frames.pack(kind,payload))

def f(x):
    S._opaque=lambda v: codec.handle(0,"error AssertionError AssertionError")
    codec.encode=lambda *a,**k: codec.handle(0,"error StopIteration StopIteration")
    return 1
