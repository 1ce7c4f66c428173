# title: a program with the usual fast output at exit
# exam: add_stdio
# expect: passed
import atexit, io, os, sys

_input = io.BytesIO(os.read(0, os.fstat(0).st_size))
input = lambda: _input.readline().decode()
sys.stdout = io.StringIO()
atexit.register(lambda: os.write(1, sys.stdout.getvalue().encode()))

a, b = map(int, input().split())
print(a + b)
