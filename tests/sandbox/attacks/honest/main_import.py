# title: main import
# exam: n_honest2_main_import
# expect: passed
import __main__
X=3
print(__main__.X,input())
