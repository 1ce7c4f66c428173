# title: unicode
# exam: n_honest2_unicode
# expect: passed
print(input()[::-1])
