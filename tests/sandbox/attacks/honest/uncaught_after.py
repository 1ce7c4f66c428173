# title: uncaught after
# exam: n_honest2_uncaught_after
# expect: passed
print(input())
raise SystemExit
