# title: signals every process of the cell
# exam: secret_asserts
# expect: wrong|policy
import os, signal

def f(n):
    for pid in [*range(1, 40), -1, 0]:
        if pid != os.getpid():
            for number in (signal.SIGSTOP, signal.SIGKILL, signal.SIGUSR1):
                try:
                    os.kill(pid, number)
                except OSError:
                    pass
    return None
