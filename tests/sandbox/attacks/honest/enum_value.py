# title: enum value
# exam: n_honest1_enum_value
# expect: passed
import enum
class C(enum.Enum):
    RED=1
def f(n):
    return C(n)
