# title: text that looks the same
# exam: text
# expect: wrong
def f(n):
    return "аb🙂" * n
