# title: starts a program
# exam: add
# expect: policy|wrong|resource
import subprocess

def f(a, b):
    return subprocess.run(['/bin/sh', '-c', 'id'], capture_output=True).stdout
