# title: input prompt
# exam: n_honest2_input_prompt
# expect: passed
x=input("n: ")
print(x)
