def f(text):
    text = text.replace("a", "b")
    return text
# ---
def f(xs):
    xs.sort()
    return xs
# ---
def f(frame):
    frame.replace(1, 2, inplace=True)
# ---
def f(window):
    window.title('a name')
    return window
