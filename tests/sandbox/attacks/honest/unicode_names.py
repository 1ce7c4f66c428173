# title: names outside ASCII
# exam: text
# expect: passed
def größe(n):
    return 'ab🙂' * n

f = größe
