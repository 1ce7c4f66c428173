# title: raises its own limits and ignores SIGXCPU
# exam: add
# limits: cpu_s=0.4
# expect: cpu_time|signalled
import resource, signal

signal.signal(signal.SIGXCPU, signal.SIG_IGN)
for kind in range(16):
    try:
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (OSError, ValueError):
        pass

def f(a, b):
    while True:
        pass
