# title: weak references, finalisers and __del__
# exam: add
# expect: passed
import weakref

class Box:
    def __init__(self, value):
        self.value = value
    def __del__(self):
        self.value = None

cache = weakref.WeakValueDictionary()

def f(a, b):
    box = cache[a, b] = Box(a + b)
    weakref.finalize(box, print, "gone")
    return box.value
