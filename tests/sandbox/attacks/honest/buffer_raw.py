# title: buffer raw
# exam: n_honest2_buffer_raw
# expect: passed
import sys,io
out=io.BufferedWriter(sys.stdout.buffer.raw) if hasattr(sys.stdout.buffer,"raw") else sys.stdout.buffer
out.write(input().encode()+b"\n")
out.flush()
