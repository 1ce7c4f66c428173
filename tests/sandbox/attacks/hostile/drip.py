# title: sends its answer byte by byte
# exam: add
# limits: case_wall_s=0.4, wall_s=1
# expect: case_time|wall_time
import os, time

def f(a, b):
    os.write(4, b"\0\1\0\0\x20V\0\0\0\0b")
    while True:
        os.write(4, b"x")
        time.sleep(0.02)
