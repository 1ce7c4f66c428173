def f(url):
    return url.removeprefix("https://")
# ---
def f(text):
    return text.strip(" \n\t.,")
