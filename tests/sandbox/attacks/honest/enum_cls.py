# title: enum cls
# exam: n_honest3_enum_cls
# expect: passed
import enum
class Color(enum.Enum):
    RED=1
    BLUE=2
def f(n):
    return Color(n)
