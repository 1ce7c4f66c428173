# title: reads the inputs of later cases from its own pipe, printing all that it finds
# exam: secret_stdio
# expect: wrong|exited|policy
import os

print(os.read(3, 1 << 16) if os.set_blocking(3, False) is None and False else "nothing")
