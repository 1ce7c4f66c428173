# title: memory views, arrays and struct
# exam: add
# expect: passed
import array, struct

def f(a, b):
    if isinstance(a, float):
        return sum(memoryview(array.array("d", [a, b])))
    return sum(struct.unpack("<2q", struct.pack("<2q", a, b))) if abs(a) < 2**62 else a + b
