# title: a program that reconfigures its streams
# exam: echo_stdio
# expect: passed
import io, os, sys

sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(line_buffering=True)
lines = io.BytesIO(os.read(0, os.fstat(0).st_size)).read().decode().split()
sys.stdout.writelines(line + "\n" for line in sorted(lines))
