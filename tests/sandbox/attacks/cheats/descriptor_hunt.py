# title: reads every open descriptor
# exam: secret
# expect: wrong|case_time|exited|policy
import os

def f(n):
    data = b""
    for number in range(3, 256):
        try:
            os.set_blocking(number, False)
            data += os.pread(number, 65536, 0)
        except OSError:
            pass
        try:
            if number != 4:
                data += os.read(number, 65536)
        except (OSError, BlockingIOError):
            pass
    return data.hex()[:24] or None
