# title: a match object where anything true counts
# exam: found
# expect: passed
import re

def f(text, part):
    return re.search(re.escape(part), text)
