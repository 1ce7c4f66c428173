def f(text):
    text.replace("a", "b")
    return text
# ---
def f(xs):
    sorted(xs)
    return xs
# ---
def f(text):
    text.strip()
    return text
