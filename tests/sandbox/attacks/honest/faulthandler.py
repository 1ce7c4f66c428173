# title: faulthandler
# exam: n_honest2_faulthandler
# expect: passed
import faulthandler
faulthandler.enable()
print(input())
