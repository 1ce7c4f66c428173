# title: tunes the collector and weak references
# exam: add
# expect: passed
import gc, weakref

gc.disable()

class Box:
    pass

def f(a, b):
    box = Box()
    box.value = a + b
    return weakref.ref(box)().value
