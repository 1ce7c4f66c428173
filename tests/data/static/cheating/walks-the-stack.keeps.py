def f(stack):
    return stack.pop()
# ---
import traceback
def f():
    return traceback.format_exc()
