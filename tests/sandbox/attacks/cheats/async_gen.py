# title: async gen
# exam: secret
# expect: wrong
async def f(x):
    yield x
