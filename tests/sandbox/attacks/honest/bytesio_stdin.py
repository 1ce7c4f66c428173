# title: bytesio stdin
# exam: n_honest2_bytesio_stdin
# expect: passed
import sys,io
sys.stdin=io.StringIO(sys.stdin.read())
print(input())
