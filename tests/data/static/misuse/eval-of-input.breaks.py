def f(text):
    return eval(text)
# ---
def f(a, b):
    exec("x = " + a)
