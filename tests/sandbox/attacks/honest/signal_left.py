# title: signal left
# exam: n_honest2_signal_left
# expect: passed
import signal
signal.signal(signal.SIGINT,signal.SIG_IGN)
print(input())
