def f(url):
    return url.lstrip("https://")
