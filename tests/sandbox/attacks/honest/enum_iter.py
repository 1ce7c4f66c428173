# title: enum iter
# exam: n_honest3_enum_iter
# expect: passed
import enum
class Color(enum.Enum):
    RED=1
    BLUE=2
