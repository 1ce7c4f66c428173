# title: a list without end
# exam: add
# expect: memory
def f(a, b):
    grown = [0]
    while True:
        grown += grown
