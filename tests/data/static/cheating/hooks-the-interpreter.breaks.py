import sys
sys.settrace(print)
# ---
import atexit
atexit.register(print)
# ---
import sys
sys.meta_path.insert(0, object())
