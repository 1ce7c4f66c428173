# title: exit none
# exam: n_honest2_exit_none
# expect: passed
print(input())
exit()
