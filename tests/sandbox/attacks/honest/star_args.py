# title: star arguments and sum
# exam: add
# expect: passed
def f(*numbers):
    return sum(numbers)
