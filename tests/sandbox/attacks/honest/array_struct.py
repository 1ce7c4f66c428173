# title: array struct
# exam: n_small
# expect: passed
import array,struct
def f(a,b):
    return sum(array.array("i",struct.unpack("ii",struct.pack("ii",a,b))))
