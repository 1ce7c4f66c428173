# title: deprecated escapes and warnings on import
# exam: add
# expect: passed
import warnings

pattern = "\d+\w"
warnings.warn("deprecated", DeprecationWarning)
warnings.simplefilter("always")

def f(a, b):
    warnings.warn("adding")
    if a is 0 or b is 0:
        pass
    return a + b
