# title: fdopen
# exam: n_honest2_fdopen
# expect: passed
import os
out=os.fdopen(1,"w")
out.write(input()+"\n")
out.close()
