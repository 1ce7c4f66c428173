# title: a list without end
# exam: add
# expect: wall_time|memory
def f(a, b):
    grown = [0]
    while True:
        grown += grown
