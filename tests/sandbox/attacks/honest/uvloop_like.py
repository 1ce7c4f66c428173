# title: uvloop like
# exam: n_honest2_uvloop_like
# expect: passed
import resource
resource.setrlimit(resource.RLIMIT_STACK,(2**26,2**26)) if False else None
print(input())
