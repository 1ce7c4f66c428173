# title: shelve
# exam: n_small
# expect: passed
import shelve
def f(a,b):
    with shelve.open("s") as s:
        s["x"]=a+b
        return s["x"]
