import sys
def f(x):
    return x
sys.exit(0)
# ---
import os
def f(x):
    os._exit(0)
# ---
raise SystemExit
