# title: async pytest
# exam: n_honest2_async_pytest
# expect: passed
async def f(x):
    return x+1
