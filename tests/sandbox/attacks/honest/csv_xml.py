# title: csv xml
# exam: n_small
# expect: passed
import csv,io,xml.etree.ElementTree as E,html,configparser
def f(a,b):
    return sum(int(x) for x in next(csv.reader(io.StringIO(f"{a},{b}"))))
