# title: a callback of the collector that edits lists of strings
# exam: secret
# expect: wrong
import gc

def spoil(phase, info):
    for found in gc.get_objects():
        if type(found) is list and found and all(type(item) is str for item in found):
            found[:] = ["x"] * len(found)

gc.callbacks.append(spoil)

def f(n):
    gc.collect()
    return "nothing"
