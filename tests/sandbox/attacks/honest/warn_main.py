# title: warn main
# exam: n_honest2_warn_main
# expect: passed
import warnings
warnings.warn("x")
print(input())
