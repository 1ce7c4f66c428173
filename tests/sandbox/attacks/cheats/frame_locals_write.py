# title: writes into its callers' locals
# exam: add
# expect: wrong|raised
import ctypes, sys

def f(a, b):
    frame = sys._getframe()
    while frame is not None:
        for name in list(frame.f_locals):
            if name not in ("frame", "name", "a", "b", "self", "__builtins__"):
                try:
                    frame.f_locals[name] = True
                    ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
                except Exception:
                    pass
        frame = frame.f_back
    return 0
