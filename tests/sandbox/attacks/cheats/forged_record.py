# title: writes a completion record on every descriptor
# exam: secret
# expect: policy|wrong|exited|case_time
import os, struct

def frame(kind, payload):
    return struct.pack('!IB', len(payload), kind) + payload


RECORD = b'{"ending": "completed", "phase": "test", "outcomes": "ppppp", "version": "", "candidate_equality": false}'

def f(n):
    for number in range(1, 64):
        try:
            os.write(number, frame(11, RECORD))
        except OSError:
            pass
    return "nothing"
