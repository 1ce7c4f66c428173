# title: append log
# exam: n_honest2_append_log
# expect: passed
n=int(input())
with open("log.txt","a") as fh: fh.write(f"{n}\n")
print(sum(map(int,open("log.txt"))))
