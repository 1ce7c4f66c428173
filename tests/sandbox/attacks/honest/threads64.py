# title: threads64
# exam: n_honest2_threads64
# expect: passed
import threading
r=[]
ts=[threading.Thread(target=r.append,args=(i,)) for i in range(64)]
[t.start() for t in ts]
[t.join() for t in ts]
print(sum(r),input())
