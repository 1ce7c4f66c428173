# title: writes the answer to descriptors instead of printing it
# exam: secret_stdio
# expect: wrong|policy|exited|result
import os

for number in (1, 2, 3, 4, 5):
    try:
        os.write(number, b'accepted\n')
    except OSError:
        pass
