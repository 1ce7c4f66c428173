# title: fills the table of files
# exam: add
# expect: resource|cpu_time|case_time
def f(a, b):
    for number in range(10 ** 6):
        open(str(number), 'w').close()
