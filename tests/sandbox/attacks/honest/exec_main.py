# title: exec main
# exam: n_honest2_exec_main
# expect: passed
exec("print(int(input())+1)")
