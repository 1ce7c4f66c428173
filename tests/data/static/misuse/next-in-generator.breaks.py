def f(xs):
    it = iter(xs)
    while True:
        yield next(it)
