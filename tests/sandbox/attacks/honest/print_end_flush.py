# title: print end flush
# exam: n_honest2_print_end_flush
# expect: passed
print(input(),end="",flush=True)
